"""Measures time and size of compression per coding and level: `python -m bench.experiments.compression`.

Compresses the list of 50 tasks, the response to completing one, and the static files. Times are CPU time, the best of
many runs. Litestar's own middleware is measured too.
"""

import asyncio
import time
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from litestar import Litestar, MediaType, Response, get
from litestar.config.compression import CompressionConfig
from rich.console import Console
from rich.table import Table
from sqlmodel import select

from tests.client import ORIGIN
from tests.conftest import settings_for
from tests.factories import Factory
from web import seeds
from web.app import create_app
from web.http.middleware.compression import Compression, brotli_at, gzip_at
from web.http.static_files import Assets
from web.models.task import Task
from web.models.user import User
from web.schema.migrate import migrate

TURNS = 40
RENDERED = {f"gzip {level}": gzip_at(level) for level in (1, 2, 3, 4, 6)} | {
    f"br {quality}": brotli_at(quality) for quality in (0, 1, 2, 3, 4, 5)
}
CACHED = {"gzip 9": gzip_at(9), "br 9": brotli_at(9), "br 11": brotli_at(11)}


def main() -> None:
    list_page, complete = asyncio.run(_rendered())
    assets = Assets()
    files = {name: _body(assets, name) for name in ("daybook.css", "daybook.js", "htmx.js")}
    _show("Responses, compressed per request", {"50 tasks": list_page, "complete": complete}, RENDERED)
    _show("Static files, compressed once", files, CACHED)
    asyncio.run(_compare_with_litestar(list_page))


def _show(title: str, bodies: dict[str, bytes], codings: dict[str, Callable[[bytes], bytes]]) -> None:
    table = Table("coding", *(f"{name} ({len(body):,} B)" for name, body in bodies.items()), title=title)
    fastest = {(coding, name): float("inf") for coding in codings for name in bodies}
    # Alternating, so that a change in the machine's speed affects all of them.
    for _ in range(TURNS if codings is RENDERED else 2):
        for coding, compress in codings.items():
            for name, body in bodies.items():
                fastest[coding, name] = min(fastest[coding, name], _microseconds(compress, body))
    for coding, compress in codings.items():
        cells = (f"{len(compress(body)):,} B  {fastest[coding, name]:,.0f} µs" for name, body in bodies.items())
        table.add_row(coding, *cells)
    Console(width=120).print(table)


def _microseconds(compress: Callable[[bytes], bytes], body: bytes) -> float:
    began = time.thread_time_ns()
    compress(body)
    return (time.thread_time_ns() - began) / 1000


def _body(assets: Assets, name: str) -> bytes:
    asset = assets.find(assets.url(name))
    assert asset
    return asset.body


async def _rendered() -> tuple[bytes, bytes]:
    with TemporaryDirectory() as folder:
        settings = settings_for(f"sqlite:///{folder}/bench.db")
        migrate(settings)
        app = create_app(settings)
        database = app.state.database
        seeds.seed(database, seeds.Plan(tasks=60), Console(quiet=True))
        make = Factory(database)
        with database.reading() as session:
            user = session.exec(select(User)).one()
            task = session.exec(select(Task.id).where(Task.completed == False)).first()  # noqa: E712
        headers = {"cookie": make.cookie(make.sign_in(user)), "sec-fetch-site": "same-origin"}
        htmx = {"hx-request": "true", "hx-current-url": f"{ORIGIN}/tasks"}
        async with app.lifespan(), _browser(app, headers) as browser:
            list_page = await browser.get("/tasks")
            return list_page.content, (await browser.post(f"/tasks/{task}/complete", headers=htmx)).content


async def _compare_with_litestar(page: bytes) -> None:
    """CPU time per request of each middleware. `identity` shows the overhead without compression."""

    @get("/")
    async def answer() -> Response[bytes]:
        return Response(page, media_type=MediaType.HTML)

    plain = Litestar([answer], openapi_config=None, logging_config=None)
    config = CompressionConfig("brotli", brotli_quality=1, gzip_compress_level=3)
    built_in = Litestar([answer], compression_config=config, openapi_config=None, logging_config=None)
    apps: dict[str, Any] = {"none": plain, "ours": Compression(plain), "Litestar's": built_in}
    table = Table("middleware", "br", "gzip", "identity", title="µs per request, by Accept-Encoding")
    for name, app in apps.items():
        table.add_row(name, *[f"{await _request_microseconds(app, accepted):,.0f}" for accepted in ACCEPTED])
    Console(width=120).print(table)


ACCEPTED = (b"gzip, deflate, br, zstd", b"gzip", b"identity")


async def _request_microseconds(app: Any, accepted: bytes) -> float:
    scope = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"daybook.test"), (b"accept-encoding", accepted)], "scheme": "http", "client": None,
    }  # fmt: skip

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        pass

    best = float("inf")
    for _ in range(20 * TURNS):
        began = time.thread_time_ns()
        await app({**scope, "state": {}}, receive, send)
        best = min(best, (time.thread_time_ns() - began) / 1000)
    return best


def _browser(app: Litestar, headers: dict[str, str]) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)


if __name__ == "__main__":
    main()
