"""Compares `daybook serve` with gunicorn's own ASGI worker: `python -m bench.experiments.gunicorn`.

The same application, packages and PostgreSQL; gunicorn loads it before it forks. Windows of load take turns, so ratios
hold on a busy machine. gunicorn is measured with its Python parser and with its optional C parser.
"""

import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

from rich.console import Console

from bench.data import ROOT, VAR, Size, World, daybook, filled_world
from bench.figures import Measured, Results
from bench.load import run
from bench.measuring import CONNECTIONS, EXTERNAL_BETTER_AUTH
from bench.processes import cpu_seconds, pss_mb
from bench.report import table_of
from bench.requests import PAGE
from bench.servers import Running, Server, running
from web.server.serve import exit_on_signal

SIZE = Size(people=400, tasks=24_000, signed_in=300)
WORKERS = (1, 2)
ROUNDS = 3
WARM_SECONDS = 0.5
WINDOW_SECONDS = 2.5
PACKAGES = ROOT / "var" / "gunicorn"
VERSIONS = ("gunicorn==27.0.1", "gunicorn_h1c==0.6.10")
HOOKS = "import gc\n\ndef pre_fork(arbiter, worker):\n    gc.freeze()\n"
COMMAND = (
    *(sys.executable, "-m", "gunicorn", "web.app:asgi()", "--config", str(VAR / "gunicorn_hooks.py"), "--preload"),
    *("--worker-class", "asgi", "--bind", "127.0.0.1:{port}", "--asgi-loop", "uvloop", "--asgi-lifespan", "on"),
    *("--keep-alive", "75", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--http-parser"),
)
BASE = "daybook"
FIGURES = {"requests per second": "rps", "CPU per request, us": "cpu_us", "p50, ms": "p50_ms", "PSS, MB": "pss_mb"}


def main() -> None:
    """Compare with one worker and with two."""
    install()
    with exit_on_signal(), filled_world(SIZE, keep=False) as world:
        for workers in WORKERS:
            show(compare(world, servers(workers)), f"workers: {workers}")


def install() -> None:
    """Install gunicorn beside Daybook's packages, once, so that both servers use the same versions of the others."""
    VAR.mkdir(parents=True, exist_ok=True)
    (VAR / "gunicorn_hooks.py").write_text(HOOKS)
    if not (PACKAGES / "gunicorn_h1c").exists():
        uv = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--quiet", "--python", sys.executable]
        subprocess.run([*uv, "--target", str(PACKAGES), *VERSIONS], check=True)


def servers(workers: int) -> list[Server]:
    """`daybook serve` and gunicorn with each of its parsers, without Better Auth."""
    more = {"PORT": "{port}", "WEB_CONCURRENCY": str(workers), **EXTERNAL_BETTER_AUTH}
    ours = Server(BASE, "daybook serve", [daybook(), "serve"], more, peer=False)
    more = more | {"PYTHONPATH": f"{PACKAGES}:{ROOT}"}
    gunicorn = replace(ours, name="gunicorn", title="gunicorn", command=[*COMMAND, "python"], environment=more)
    return [ours, gunicorn, replace(gunicorn, name="gunicorn-c", command=[*COMMAND, "fast"])]


def compare(world: World, compared: Iterable[Server]) -> Results:
    """Start all servers, load them in turn, and return their figures per kind of request."""
    results: Results = {"start": {}, "get": {}, "complete": {}}
    with ExitStack() as stack:
        started = [stack.enter_context(running(server, world.url, world.people[0])) for server in compared]
        for up in started:
            results["start"][up.server.name] = Measured({"cold_ms": [up.cold_ms]})
        for turn in range(ROUNDS):
            first = turn % len(started)
            for up in started[first:] + started[:first]:
                for action in ("get", "complete"):
                    figures = window(world, up, action)
                    results[action].setdefault(up.server.name, Measured()).add(figures)
    return results


def window(world: World, up: Running, action: str) -> dict[str, float]:
    """The figures of one window of load, after a short one to warm up."""
    for seconds in (WARM_SECONDS, WINDOW_SECONDS):
        if action == "get":
            requests = PAGE.reads(world.people, up.port, CONNECTIONS)
        else:
            requests = PAGE.changes(world.people, up.port, CONNECTIONS, world.completed())
        before = cpu_seconds(up.processes())
        load = run(up.port, requests, seconds)
    cpu = cpu_seconds(up.processes()) - before
    answers = len(load.latencies_ms)
    rate, p50 = answers / load.seconds, median(load.latencies_ms)
    return {"rps": rate, "cpu_us": 1e6 * cpu / answers, "p50_ms": p50, "pss_mb": pss_mb(up.processes())}


def show(results: Results, title: str) -> None:
    """Print the figures of `daybook serve`, and gunicorn's as medians of their ratios to it in each round."""
    table = table_of(title, *results["get"])
    for action in ("get", "complete"):
        for name, figure in FIGURES.items():
            table.add_row(f"{action}: {name}", *_ratios(results[action], figure))
    table.add_row("start to first page, ms", *_ratios(results["start"], "cold_ms"))
    Console(width=150, highlight=False).print(table)


def _ratios(of: dict[str, Measured], figure: str) -> list[str]:
    base = of[BASE].values[figure]
    pairs = [zip(of[name].values[figure], base, strict=True) for name in of if name != BASE]
    return [f"{median(base):,.1f}", *(f"{median(one / ours for one, ours in pair):.2f}" for pair in pairs)]


if __name__ == "__main__":
    main()
