"""The routes of the application, each with an example request. A new route without an example is an error."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from litestar.routes import HTTPRoute

from tests.client import HtmlClient, Page
from tests.conftest import settings_for
from tests.factories import Factory
from tests.records import NOUNS
from web.app import create_app
from web.models.user import User

# Tested by hand: they belong to no user and to no noun.
OTHERS = (
    *("/", "/sign-in", "/sign-up", "/sign-out", "/static/", "/robots.txt", "/favicon.ico", "/apple-touch-icon.png"),
    *("/healthz", "/readyz", "/api/auth/", "/service-worker.js", "/unsubscribe/", "/help/", "/feeds/"),
    *("/forgot-password", "/reset-password/", "/.well-known/", "/confirm-email/", "/delete-account/"),
    *("/api", "/api/docs", "/api/openapi.json"),
    # Their forms ask Better Auth: tests/controllers/test_account_settings.py.
    *("/settings/account", "/settings/account/"),
    # Better Auth does their work.
    *("/sign-in/code", "/settings/two-factor", "/settings/two-factor/", "/settings/passkeys", "/settings/passkeys/"),
    *("/settings/deletion", "/settings/deletion/keep", "/settings/deletion/link", "/settings/confirm"),
    "/settings/confirm/",
)
# In the addresses that name the user.
OWNER = "{user_id:str}"
READING = ("GET", "HEAD", "OPTIONS")
JSON = {"accept": "application/json", "sec-fetch-site": "same-origin"}


@dataclass(frozen=True)
class Route:
    """A method of a path that belongs to a user, such as POST /tasks/{task_id:int}/complete."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def noun(self) -> str:
        """The first segment of the path, with the second where records of two kinds stand under the first."""
        path = self.path.partition("?")[0].replace(f"/{OWNER}", "")
        first, *rest = path.removeprefix("/api").strip("/").split("/")
        both = "/".join([first, *rest[:1]])
        return both if both in NOUNS else first

    @property
    def takes_an_id(self) -> bool:
        return "{" in self.path.replace(OWNER, "")

    @property
    def is_owned(self) -> bool:
        """Whether its parameter names a record of one user; everyone has every day and every kind of export."""
        return self.takes_an_id and self.noun not in ("days", "exports")

    @property
    def makes_a_record(self) -> bool:
        return self.method == "POST" and not self.takes_an_id and self.noun in NOUNS and NOUNS[self.noun].makes_records

    @property
    def takes_a_draft(self) -> bool:
        """Whether it adds a record or saves one, and no further action."""
        if not self.draft or self.method not in ("POST", "PUT"):
            return False
        return not self.takes_an_id or self.path[-1] == "}"

    def at(self, number: object, owner: str = "") -> str:
        """The path with this id, and with its user where it names one."""
        return re.sub(r"\{[^}]*\}", str(number), self.path.replace(OWNER, owner))

    def make_id(self, make: Factory, user: User) -> Any:
        """A record of the user, for the path's parameter."""
        if self.noun == "undo":
            return make.operation(user)
        if self.noun == "days":
            return "2026-11-27"
        if self.noun == "exports":
            return "daybook.json"
        noun = NOUNS[self.noun]
        return noun.make(make, user, **noun.before.get(self.action, {})).id

    @property
    def action(self) -> str:
        """The last part of the path: due for /tasks/{task_id:int}/due, nothing for the record itself."""
        return re.sub(r"\{[^}]*\}", "", self.path.partition("?")[0]).split("/")[-1]

    def send(
        self,
        client: HtmlClient,
        number: object,
        *,
        htmx: bool = False,
        key: str = "",
        draft: Mapping[str, Any] | None = None,
        **headers: str,
    ) -> Page:
        """The example request for a record with this id, or the same request with another draft."""
        headers = {"cookie": client.cookie, "sec-fetch-site": "same-origin"} | headers
        if htmx:
            headers |= {"hx-request": "true", "hx-request-type": "partial"}
        body = {} if self.method in READING else self._body(draft or self.draft, key or str(uuid4()), headers)
        return client.ask(self.method, self.at(number, client.owner), headers=headers, **body)

    @property
    def draft(self) -> Mapping[str, Any]:
        noun = NOUNS.get(self.noun)
        if noun and self.is_api:
            return noun.bodies.get(self.action, noun.draft)
        return noun.forms.get(self.action, noun.draft) if noun else {}

    def _body(self, draft: Mapping[str, Any], key: str, headers: dict[str, str]) -> Mapping[str, Any]:
        if self.is_api:
            headers |= {"idempotency-key": key}
            file = NOUNS[self.noun].file if not self.takes_an_id and self.noun in NOUNS else b""
            return {"json": draft} if draft else {"content": file} if file else {}
        return {"data": {**draft, "version": "1", "op": key}}


def routes() -> list[Route]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(f"sqlite:///{folder}/daybook.db"))
        return sorted(_owned(app.routes), key=str)


def _owned(found: Any) -> Iterator[Route]:
    for route in found:
        if isinstance(route, HTTPRoute) and not _is_other(route.path):
            yield from (Route(method, route.path) for method in route.methods if method != "OPTIONS")


def _is_other(path: str) -> bool:
    return any(path == other or (other.endswith("/") and other != "/" and path.startswith(other)) for other in OTHERS)
