"""Which tasks a user looks at, as the address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from web.domain import folding, text

STATUSES = {"pending": "To do", "completed": "Completed", "all": "All"}
VIEW_NAMES = {"pending": "Open tasks", "completed": "Completed", "all": "All tasks"}
SORTS = {"newest": "Newest", "oldest": "Oldest", "title": "Title", "updated": "Recently edited"}
SEARCH_LENGTH = 200
PAGE_SIZE = 50
MOST_SHOWN = 1000


@dataclass(frozen=True, kw_only=True)
class TaskQuery:
    """A view of the list: every state of it has an address of its own."""

    # Empty unless the address says it.
    status: str = ""
    q: str = ""
    sort: str = "newest"
    # Where the page before ended (see services.tasks); empty for the first page.
    after: str = ""
    # How many tasks were shown on one page, page after page; 0 for one page.
    shown: int = 0

    sorts: ClassVar = list(SORTS.items())
    path: ClassVar = "/tasks"
    # The values that an address leaves out.
    defaults: ClassVar = "status=&q=&sort=newest"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "TaskQuery":
        """From an address. What it does not know falls back to the usual view: an old bookmark still opens."""
        status, sort = given.get("status", ""), given.get("sort", "")
        status = "pending" if status == "open" else status
        after, shown = given.get("after", ""), given.get("shown", "")
        return cls(
            status=status if status in STATUSES else "",
            q=text.search_terms(given.get("q", ""), SEARCH_LENGTH),
            sort=sort if sort in SORTS else cls.sort,
            after=after if text.is_printable(after) else "",
            shown=_shown(int(shown)) if shown.isascii() and shown.isdigit() and len(shown) < 10 else cls.shown,
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
    def shown_status(self) -> str:
        """One of STATUSES. Unless one was chosen the list shows open tasks, and a search finds all."""
        return self.status or ("all" if self.q else "pending")

    @property
    def name(self) -> str:
        """What the page is called, without its search."""
        return VIEW_NAMES[self.shown_status]

    @property
    def entry(self) -> str:
        """The entry of the index that leads here; empty for another filter, which has none."""
        return self.path if self.shown_status == "pending" else ""

    @property
    def size(self) -> int:
        """How many tasks to show: all that were shown before, or one page from `after` on."""
        return PAGE_SIZE if self.after else max(self.shown, PAGE_SIZE)

    def onward(self, after: str) -> "TaskQuery":
        """The next page, for what is shown below this one."""
        return replace(self, after=after, shown=_shown(max(self.shown, PAGE_SIZE) + PAGE_SIZE))

    @property
    def terms(self) -> list[str]:
        """What a task must contain to be found, folded."""
        return folding.search_terms(self.q)

    @property
    def starts_with_newest(self) -> bool:
        """Whether any task that is added now is the first of the page."""
        return self.shown_status != "completed" and self.sort in ("newest", "updated") and not (self.q or self.after)

    def refines(self, before: "TaskQuery") -> bool:
        """The same view, or the same but for words typed on: no new step to go back to."""
        return self == before or bool(self.q and before.q and self == replace(before, q=self.q))

    def url(self, deleted: str = "", **changes: str | int) -> str:
        """This view with changes; what is usual is left out of the address. `deleted` offers that task back."""
        view = {**vars(self), **changes}
        chosen = {name: value for name, value in view.items() if value != getattr(TaskQuery, name)}
        chosen |= {"deleted": deleted} if deleted else {}
        return f"{self.path}?{urlencode(chosen)}" if chosen else self.path


def _shown(number: int) -> int:
    """Whole pages, so that going on from there shows no task twice; 0 for one page."""
    pages = min(number, MOST_SHOWN) // PAGE_SIZE
    return pages * PAGE_SIZE if pages > 1 else 0
