"""Downloads that are made while they are sent, and uploads that lie on disk."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from litestar.response import Stream

from web.http.request import AnyRequest

# Characters: each part is made in a thread, and a task alone is not worth the way there.
PART = 64 * 1024
# Bytes of an upload that are kept in memory.
IN_MEMORY = 1024 * 1024


def download(text: Iterable[str], file_name: str, media_type: str) -> Stream:
    """A file that the browser stores."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "X-Content-Type-Options": "nosniff"}
    return Stream(_parts(text), media_type=media_type, headers=headers)


@asynccontextmanager
async def incoming_file(request: AnyRequest) -> AsyncIterator[IO[bytes]]:
    """The body of the request, until the end of the block."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        async for part in request.stream():
            file.write(part)
        yield cast(IO[bytes], file)


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
