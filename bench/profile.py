"""Where the processor time of a page and of a click goes: `.venv/bin/python -m bench.profile` draws docs/profile.svg.

Daybook's whole application in this process, without the web server before it, one request after the other and every
thread's turn in the main one, so that a look at its stack each millisecond of processor time sees all of it.
"""

import asyncio
import gc
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

from bench.data import ROOT, SECRET, Size, World, filled_world
from web.app import asgi

PICTURE = ROOT / "docs" / "profile.svg"
SIZE = Size(people=200, tasks=12_000, visitors=150)
REQUESTS = 4_000
EVERY_SECONDS = 0.001
ORIGIN = "http://localhost:8000"
# From the innermost frame outwards, the first that matches says what the time was spent on.
STAGES = [
    (
        "drawing the rows",
        ("templates/tasks/_row.html", "web/http/responses.py:timestamp", "web/http/responses.py:linked"),
    ),
    ("drawing the rest", ("templates/", "/jinja2/", "web/http/responses.py")),
    ("psycopg2 and its wait", ("web/db/green_wait.py", "sqlalchemy/engine/default.py:do_")),
    ("SQLAlchemy", ("/sqlalchemy/", "/sqlmodel/")),
    ("the log", ("/logging/", "web/server/logging.py")),
    ("compressing", ("web/http/middleware/compression.py",)),
    ("Daybook's own", ("/web/",)),
    ("Litestar", ("/litestar/", "/anyio/", "/msgspec/")),
]
OTHERS = "the event loop"
COLOURS = ["#2f6f5e", "#7fb7a3", "#345995", "#8aa9d6", "#c9a227", "#b5651d", "#7a5195", "#d98c8c", "#999999"]
WIDTH, BAR, GAP = 760, 44, 20

Share = dict[str, float]


def main() -> None:
    with filled_world(SIZE, keep=False) as world:
        os.environ |= {
            "DATABASE_URL": world.url,
            "BETTER_AUTH_SECRET": SECRET,
            "BETTER_AUTH_URL": "http://127.0.0.1:9",
            "APP_URL": ORIGIN,
        }
        bars = asyncio.run(_both(world))
    for title, (shares, cpu) in bars.items():
        print(f"{title}: {cpu:,.0f} µs of processor time")
        print("".join(f"  {stage:22} {share:4.0%}\n" for stage, share in shares.items()))
    PICTURE.write_text(_rendered(bars))


async def _both(world: World) -> dict[str, tuple[Share, float]]:
    async def at_once(work: Any, *given: Any) -> Any:
        return work(*given)

    asyncio.to_thread = at_once
    app = asgi()
    pages = [("GET", "/tasks", user.cookie) for user in world.people]
    clicks = [
        ("POST", f"/tasks/{user.task_id}/{action}", user.cookie)
        for action in ("complete", "reopen")
        for user in world.people
    ]
    return {"GET /tasks": await _sampled(app, pages), "complete, reopen": await _sampled(app, clicks)}


async def _sampled(app: Any, asked: Sequence[tuple[str, str, str]]) -> tuple[Share, float]:
    """The share of each stage, and the processor time of one request in microseconds."""
    seen: Counter[str] = Counter()
    for one in asked:
        await _ask(app, *one)
    gc.collect()
    signal.signal(signal.SIGPROF, lambda _, frame: seen.update([_stage(frame)]))
    began = os.times()
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    for number in range(REQUESTS):
        await _ask(app, *asked[number % len(asked)])
    signal.setitimer(signal.ITIMER_PROF, 0)
    ended = os.times()
    spent = ended.user + ended.system - began.user - began.system
    names = [name for name, _ in STAGES] + [OTHERS]
    return {name: seen[name] / seen.total() for name in names}, spent / REQUESTS * 1e6


async def _ask(app: Any, method: str, path: str, cookie: str) -> None:
    headers = {"host": "localhost:8000", "cookie": cookie, "accept": "text/html", "sec-fetch-site": "same-origin"}
    if method == "POST":
        headers |= {"hx-request": "true", "hx-request-type": "partial", "hx-current-url": f"{ORIGIN}/tasks"}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "state": {},
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    await app(scope, receive, send)
    if statuses != [200]:
        raise SystemExit(f"{method} {path} was answered with {statuses}.")


def _stage(frame: FrameType | None) -> str:
    for place in _places(frame):
        for name, marks in STAGES:
            if any(mark in place for mark in marks):
                return name
    return OTHERS


def _places(frame: FrameType | None) -> Iterator[str]:
    while frame:
        yield f"/{frame.f_code.co_filename}:{frame.f_code.co_name}"
        frame = frame.f_back


def _rendered(bars: dict[str, tuple[Share, float]]) -> str:
    """One bar for each kind of request, as wide as its share of the slower one, and a key below."""
    longest = max(cpu for _, cpu in bars.values())
    colours = dict(zip([name for name, _ in STAGES] + [OTHERS], COLOURS, strict=True))
    parts, top = [], GAP
    for title, (shares, cpu) in bars.items():
        parts.append(f'<text x="0" y="{top}">{title}: {cpu:,.0f} µs</text>')
        left = 0.0
        for name, share in shares.items():
            width = share * cpu / longest * WIDTH
            parts.append(
                f'<rect x="{left:.1f}" y="{top + 8}" width="{width:.1f}" height="{BAR}" fill="{colours[name]}">'
                f"<title>{name}: {share:.0%}</title></rect>"
            )
            left += width
        top += BAR + 2 * GAP + 8
    for number, (name, colour) in enumerate(colours.items()):
        x, y = (number % 3) * WIDTH // 3, top + (number // 3) * (GAP + 6)
        said = " · ".join(f"{shares[name]:.0%}" for shares, _ in bars.values())
        parts.append(f'<rect x="{x}" y="{y - 12}" width="14" height="14" fill="{colour}"/>')
        parts.append(f'<text x="{x + 22}" y="{y}">{name} {said}</text>')
    height = top + 3 * (GAP + 6)
    style = 'font-family="system-ui, sans-serif" font-size="14" fill="#1c2628"'
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + 20}" height="{height}" {style}>{paper}'
        f'<g transform="translate(10 6)">\n{body}\n</g></svg>\n'
    )


if __name__ == "__main__":
    main()
