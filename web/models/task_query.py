"""Which tasks a user looks at, as the address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from web.domain import folding, text

STATUSES = {"all": "All", "pending": "Pending", "completed": "Completed"}
SORTS = {"newest": "Newest", "oldest": "Oldest", "title": "Title", "updated": "Recently changed"}
SEARCH_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class TaskQuery:
    """A view of the list: every state of it has an address of its own."""

    status: str = "all"
    q: str = ""
    sort: str = "newest"
    # Where the page before ended (see services.tasks); empty for the first page.
    after: str = ""

    sorts: ClassVar = list(SORTS.items())
    path: ClassVar = "/tasks"
    # The values that an address leaves out.
    defaults: ClassVar = "status=all&q=&sort=newest"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "TaskQuery":
        """From an address. What it does not know falls back to the usual view: an old bookmark still opens."""
        status, sort = given.get("status", ""), given.get("sort", "")
        after = given.get("after", "")
        return cls(
            status=status if status in STATUSES else cls.status,
            q=text.search_terms(given.get("q", ""), SEARCH_LENGTH),
            sort=sort if sort in SORTS else cls.sort,
            after=after if text.is_printable(after) else "",
        )

    @classmethod
    def read_url(cls, url: str) -> "TaskQuery":
        """From the address of the page a user is on; any other page means the usual view."""
        parts = urlsplit(url)
        if parts.path != cls.path:
            return cls()
        return cls.read_string(parts.query)

    @classmethod
    def read_string(cls, query: str) -> "TaskQuery":
        """From the query of an address; of a name that comes twice the last counts."""
        return cls.read(dict(parse_qsl(query, errors="replace"))) if query else cls()

    @property
    def terms(self) -> list[str]:
        """What a task must contain to be found, folded."""
        return folding.search_terms(self.q)

    def refines(self, before: "TaskQuery") -> bool:
        """The same view, or the same but for words typed on: no new step to go back to."""
        return self == before or bool(self.q and before.q and self == replace(before, q=self.q))

    def url(self, deleted: str = "", **changes: str) -> str:
        """This view with changes; what is usual is left out of the address. `deleted` offers that task back."""
        view = {**vars(self), **changes}
        chosen = {name: value for name, value in view.items() if value != getattr(TaskQuery, name)}
        chosen |= {"deleted": deleted} if deleted else {}
        return f"{self.path}?{urlencode(chosen)}" if chosen else self.path
