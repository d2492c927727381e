"""Profiles a page and a click by sampling, and draws docs/profile.svg: `python -m bench.experiments.profile`.

Runs the whole application, without the web server, in this process and in one thread, one request after another, and
samples the stack once per millisecond of CPU time.
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
SIZE = Size(people=200, tasks=12_000, signed_in=150)
REQUESTS = 4_000
EVERY_SECONDS = 0.001
ORIGIN = "http://localhost:8000"
# A sample belongs to the first stage that matches a frame, from the innermost frame outwards.
STAGES = [
    (
        "rendering the rows",
        ("templates/tasks/_row.html", "web/http/template_compiler.py", "web/http/template_filters.py"),
    ),
    ("rendering the rest", ("templates/", "/jinja2/", "web/http/responses.py")),
    ("psycopg2 and its wait", ("web/db/green_wait.py", "sqlalchemy/engine/default.py:do_")),
    ("SQLAlchemy", ("/sqlalchemy/", "/sqlmodel/")),
    ("logging", ("/logging/", "web/server/logging.py")),
    ("compression", ("web/http/middleware/compression.py",)),
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
            "USER_BUDGETS": "off",
        }
        bars = asyncio.run(_both(world))
    for title, (shares, cpu) in bars.items():
        print(f"{title}: {cpu:,.0f} µs of CPU time")
        print("".join(f"  {stage:22} {share:4.0%}\n" for stage, share in shares.items()))
    PICTURE.write_text(_rendered(bars))


async def _both(world: World) -> dict[str, tuple[Share, float]]:
    async def run_inline(work: Any, *arguments: Any) -> Any:
        return work(*arguments)

    asyncio.to_thread = run_inline
    app = asgi()
    pages = [("GET", "/tasks", user.cookie) for user in world.people]
    clicks = [
        ("POST", f"/tasks/{user.task_id}/{action}", user.cookie)
        for action in ("complete", "reopen")
        for user in world.people
    ]
    return {"GET /tasks": await _sampled(app, pages), "complete, reopen": await _sampled(app, clicks)}


async def _sampled(app: Any, requests: Sequence[tuple[str, str, str]]) -> tuple[Share, float]:
    """The share of each stage, and the CPU time per request in microseconds."""
    seen: Counter[str] = Counter()
    for request in requests:
        await _send(app, *request)
    gc.collect()
    signal.signal(signal.SIGPROF, lambda _, frame: seen.update([_stage(frame)]))
    began = os.times()
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    for number in range(REQUESTS):
        await _send(app, *requests[number % len(requests)])
    signal.setitimer(signal.ITIMER_PROF, 0)
    ended = os.times()
    spent = ended.user + ended.system - began.user - began.system
    names = [name for name, _ in STAGES] + [OTHERS]
    return {name: seen[name] / seen.total() for name in names}, spent / REQUESTS * 1e6


async def _send(app: Any, method: str, path: str, cookie: str) -> None:
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    await app(_scope(method, path, cookie), receive, send)
    if statuses != [200]:
        raise SystemExit(f"{method} {path} was answered with {statuses}.")


def _scope(method: str, path: str, cookie: str) -> dict[str, Any]:
    headers = {"host": "localhost:8000", "cookie": cookie, "accept": "text/html", "sec-fetch-site": "same-origin"}
    if method == "POST":
        headers |= {"hx-request": "true", "hx-request-type": "partial", "hx-current-url": f"{ORIGIN}/tasks"}
    return {
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


def _stage(frame: FrameType | None) -> str:
    for location in _locations(frame):
        for name, marks in STAGES:
            if any(mark in location for mark in marks):
                return name
    return OTHERS


def _locations(frame: FrameType | None) -> Iterator[str]:
    while frame:
        yield f"/{frame.f_code.co_filename}:{frame.f_code.co_name}"
        frame = frame.f_back


def _rendered(bars: dict[str, tuple[Share, float]]) -> str:
    """An SVG with one bar per kind of request, its length relative to the slowest, and a legend."""
    colours = dict(zip([name for name, _ in STAGES] + [OTHERS], COLOURS, strict=True))
    longest = max(cpu for _, cpu in bars.values())
    parts, top = [], GAP
    for title, (shares, cpu) in bars.items():
        parts += [f'<text x="0" y="{top}">{title}: {cpu:,.0f} µs</text>', *_bar(shares, cpu / longest, top, colours)]
        top += BAR + 2 * GAP + 8
    parts += _legend(bars, colours, top)
    height = top + 3 * (GAP + 6)
    style = 'font-family="system-ui, sans-serif" font-size="14" fill="#1c2628"'
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + 20}" height="{height}" {style}>{paper}'
        f'<g transform="translate(10 6)">\n{body}\n</g></svg>\n'
    )


def _bar(shares: Share, length: float, top: int, colours: dict[str, str]) -> Iterator[str]:
    left = 0.0
    for name, share in shares.items():
        width = share * length * WIDTH
        yield (
            f'<rect x="{left:.1f}" y="{top + 8}" width="{width:.1f}" height="{BAR}" fill="{colours[name]}">'
            f"<title>{name}: {share:.0%}</title></rect>"
        )
        left += width


def _legend(bars: dict[str, tuple[Share, float]], colours: dict[str, str], top: int) -> Iterator[str]:
    for number, (name, colour) in enumerate(colours.items()):
        x, y = (number % 3) * WIDTH // 3, top + (number // 3) * (GAP + 6)
        percentages = " · ".join(f"{shares[name]:.0%}" for shares, _ in bars.values())
        yield f'<rect x="{x}" y="{y - 12}" width="14" height="14" fill="{colour}"/>'
        yield f'<text x="{x + 22}" y="{y}">{name} {percentages}</text>'


if __name__ == "__main__":
    main()
