"""How many rows of a view its page shows, by the query of its address, and the address that shows more."""

from web.http.forms import Fields, whole_number
from web.services.view_statements import MOST_OF_A_DAY
from web.services.views import PAGE_SIZE, Rows

MOST_OFFSET = MOST_SHOWN = 10_000


def most_of(query: Fields, least: int = MOST_OF_A_DAY) -> int:
    """How many rows of one kind a page shows: more after each "Show more"."""
    return min(max(whole_number(query.get("shown", "")), least), MOST_SHOWN)


def offset_of(query: Fields) -> int:
    return min(whole_number(query.get("offset", "")), MOST_OFFSET)


def size_of(query: Fields) -> int:
    return most_of(query, PAGE_SIZE)


def more_at(path: str, query: Fields, shown: Rows) -> str | None:
    """The address of the page with more rows, or with the next ones where no page shows as many."""
    if not shown.next:
        return None
    is_full = offset_of(query) or size_of(query) == MOST_SHOWN
    return f"{path}?offset={shown.next}" if is_full else f"{path}?shown={size_of(query) + PAGE_SIZE}"
