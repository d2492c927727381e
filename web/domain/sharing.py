"""What another app shares with Daybook, as a line for quick add and a note."""

from typing import NamedTuple

from web.domain.lengths import TITLE_LENGTH


class Shared(NamedTuple):
    """`title` is one line, at most as long as a title may be; `note` has all that is not in it, and may be too long."""

    title: str
    note: str


def shared(title: str = "", text: str = "", url: str = "") -> Shared:
    """The fields of a share target (https://www.w3.org/TR/web-share-target/): any of them may be missing.

    Without a title the first line of the text is it. Many apps put the address into the text as well, or only there.
    """
    address = "" if url.strip() in text else url.strip()
    rest = "\n".join(filter(None, [text.strip(), address]))
    line = " ".join(title.split())
    if not line:
        first, _, rest = rest.partition("\n")
        line = " ".join(first.split())
    if len(line) > TITLE_LENGTH:
        rest = "\n".join(filter(None, [line, rest.strip()]))
        line = line[: TITLE_LENGTH - 1].rstrip() + "…"
    return Shared(line, "" if rest.strip() == line else rest.strip())
