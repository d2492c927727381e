"""An HTTP client that reads pages like a user, and a counter of the SQL statements behind them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import event

from tests.factories import Factory
from web.db.database import Database
from web.models.user import User

ORIGIN = "http://daybook.test"


class HtmlClient:
    """Sends the requests of a browser; with `htmx=True` those of htmx."""

    def __init__(self, client: Any, user: User | None = None, cookie: str = "") -> None:
        self.client = client
        self._user = user
        self.cookie = cookie

    @property
    def user(self) -> User:
        assert self._user is not None
        return self._user

    @property
    def owner(self) -> str:
        """The id of the user; any other without one."""
        return self._user.id if self._user else "unknown"

    def signed_in_as(self, user: User, make: Factory) -> "HtmlClient":
        return HtmlClient(self.client, user, make.cookie(make.sign_in(user)))

    def get(self, path: str, *, htmx: bool = False, on: str = "/tasks", **headers: str) -> "Page":
        return self.ask("GET", path, headers=self._headers(htmx, on, headers))

    def post(
        self, path: str, *, htmx: bool = False, on: str = "/tasks", into: str = "", body: Any = None, **fields: str
    ) -> "Page":
        headers = self._headers(htmx, on, {"sec-fetch-site": "same-origin", **({"hx-target": into} if into else {})})
        return self.ask("POST", path, headers=headers, data=fields if body is None else body)

    def ask(self, method: str, path: str, **options: Any) -> "Page":
        self.client.cookies.clear()
        return Page(self.client.request(method, path, follow_redirects=False, **options))

    def _headers(self, htmx: bool, on: str, more: dict[str, str]) -> dict[str, str]:
        headers = {"referer": ORIGIN + on, **({"cookie": self.cookie} if self.cookie else {})}
        if htmx:
            headers |= {"hx-request": "true", "hx-request-type": "partial", "hx-current-url": ORIGIN + on}
        return headers | {name.replace("_", "-"): value for name, value in more.items()}


class Page:
    """A response, read by what it shows."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.tree = LexborHTMLParser(response.text)

    @property
    def text(self) -> str:
        return " ".join(self.tree.text().split())

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def titles(self) -> list[str]:
        return [link.text() for link in self.tree.css(".task__title")]

    @property
    def undo(self) -> str:
        """Where the Undo of its first notice goes."""
        form = self.tree.css_first("#notices form")
        return (form.attributes["action"] or "") if form else ""

    @property
    def is_page(self) -> bool:
        return "<!doctype html>" in self.html

    def shown_in(self, text: str) -> list[LexborNode]:
        """The elements on the page that show it, fields too."""
        body = self.tree.body
        assert body
        texts = (node for node in body.traverse(include_text=True) if node.tag == "-text" and text in node.text())
        above = [node.parent for node in texts if node.parent]
        fields = [node for node in self.tree.css("input") if text in (node.attributes.get("value") or "")]
        return above + fields

    @property
    def to(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("location", "")

    @property
    def alert(self) -> str:
        found = self.tree.css_first("[role=alert]")
        return " ".join(found.text().split()) if found else ""

    @property
    def counts(self) -> tuple[int, int, int]:
        """All, pending, completed."""
        shown = self.tree.css_first("#counts").attributes
        return int(shown["data-all"]), int(shown["data-pending"]), int(shown["data-completed"])

    def value(self, name: str) -> str:
        """What a field holds."""
        found = self.tree.css_first(f"input[name={name}], textarea[name={name}]")
        if found.tag == "textarea":
            return found.text().removeprefix("\n")
        return found.attributes.get("value") or ""

    def error(self, name: str) -> str:
        """The message that belongs to a field, by aria-describedby."""
        field = self.tree.css_first(f"[name={name}][aria-invalid=true]")
        return self.tree.css_first(f"#{field.attributes['aria-describedby']}").text() if field else ""

    def link(self, words: str) -> str:
        return next(link.attributes["href"] or "" for link in self.tree.css("a") if link.text().strip() == words)


class Statements:
    """Records the SQL statements inside a block, for tests with a limit on their number."""

    def __init__(self, database: Database) -> None:
        # On SQLite one is a view of the other.
        self.engines = [database.engine] if database.engine.name == "sqlite" else [database.engine, database.autocommit]
        self.seen: list[str] = []

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        self.seen = []
        for engine in self.engines:
            event.listen(engine, "before_cursor_execute", self._note)
        try:
            yield self.seen
        finally:
            for engine in self.engines:
                event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *_: object) -> None:
        self.seen.append(statement)
