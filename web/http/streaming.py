"""Downloads that are made while they are sent."""

from collections.abc import Iterable, Iterator

from litestar.response import Stream

# Characters: each part is made in a thread, and a task alone is not worth the way there.
PART = 64 * 1024


def download(text: Iterable[str], file_name: str, media_type: str) -> Stream:
    """A file that the browser stores."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "X-Content-Type-Options": "nosniff"}
    return Stream(_parts(text), media_type=media_type, headers=headers)


def _parts(text: Iterable[str]) -> Iterator[str]:
    collected: list[str] = []
    size = 0
    for one in text:
        collected.append(one)
        size += len(one)
        if size >= PART:
            yield "".join(collected)
            collected, size = [], 0
    if collected:
        yield "".join(collected)
