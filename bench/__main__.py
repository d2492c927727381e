"""Compares Daybook with Django and FastAPI on the same data: `make bench`, or `.venv/bin/python -m bench`.

Each round measures every server once, in rotating order (A B C D, B C D A, …), so that a change in the machine's speed
affects all of them. docs/performance.md has the results and the settings of each server.
"""

import argparse
from pathlib import Path

from rich.console import Console

from bench.checking import read_lists, require_all_same
from bench.data import Size, World, filled_world
from bench.load import WrongAnswer
from bench.measuring import Pace, Turns
from bench.report import machine_of, save, show
from bench.requests import API, PAGE, Work
from bench.sameness import NotTheSame, TaskList
from bench.servers import SERVERS, VARIANTS, Server, running
from testkit import NotAvailable
from web.server.serve import exit_on_signal

FULL = Size(people=20_000, tasks=1_000_000, signed_in=2_000), Pace(warm=2, many=5, one=3, retry_seconds=300), 5
QUICK = Size(people=1_000, tasks=60_000, signed_in=2_000), Pace(warm=0.6, many=2, one=1.2, retry_seconds=20), 3
WORKS = {"page": PAGE, "api": API}
console = Console(width=150, highlight=False)


def main() -> None:
    options = _options()
    if not Path("/proc/stat").exists():
        raise SystemExit("The benchmark reads CPU time and memory from /proc, so it runs on Linux only.")
    with exit_on_signal():
        try:
            _measure(options)
        except (NotAvailable, NotTheSame, WrongAnswer) as problem:
            raise SystemExit(f"{problem} No results were saved.") from None


def _measure(options: argparse.Namespace) -> None:
    size, pace, rounds = QUICK if options.quick else FULL
    if seconds := options.seconds:
        pace = Pace(warm=min(pace.warm, seconds), many=seconds, one=seconds, retry_seconds=pace.retry_seconds)
    works = [WORKS[name] for name in options.work or WORKS]
    named = [server for server in [*SERVERS, *VARIANTS] if server.name in options.only] if options.only else SERVERS
    chosen = [server.doing(works) for server in named if set(works) & set(server.works)]
    is_partial = options.only or options.work
    console.print(f"Filling PostgreSQL with {size.tasks:,} tasks of {size.people:,} users …")
    with filled_world(size, keep=options.keep) as world:
        _compare(world, chosen)
        turns = Turns(world, pace, console.print)
        for number in range(options.rounds or rounds):
            console.print(f"Round {number + 1}")
            for server in _rotated(chosen, number):
                turns.measure(server)
            if world.pgbench and not is_partial:
                turns.measure_pgbench()
        machine = machine_of(world)
    console.print()
    show(console, turns, machine)
    if not is_partial:
        save(console, turns, machine, size)


def _options() -> argparse.Namespace:
    names = [server.name for server in [*SERVERS, *VARIANTS]]
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer tasks and shorter windows: three minutes")
    options.add_argument("--only", action="append", choices=names, help="measure this server only; may be repeated")
    options.add_argument("--work", action="append", choices=WORKS, help="measure by this only")
    options.add_argument("--rounds", type=int, help="how many times each server is measured")
    options.add_argument("--seconds", type=float, help="duration of a measurement window")
    options.add_argument("--keep", action="store_true", help="keep the data in var/bench for the next run")
    return options.parse_args()


def _compare(world: World, chosen: list[Server]) -> None:
    """Raises NotTheSame or WrongAnswer unless every server shows and does what Daybook does."""
    daybook: dict[Work, list[TaskList]] = {}
    for server in [SERVERS[0], *chosen[not chosen[0].peer :]]:
        with running(server, world.url, world.people[0]) as up:
            for work in server.works:
                lists = read_lists(world, up, work)
                require_all_same(daybook.setdefault(work, lists), lists, server.name)
                console.print(f"  {server.name:17} does the same: {', '.join(str(page.size) for page in lists)} bytes")


def _rotated(servers: list[Server], by: int) -> list[Server]:
    by %= len(servers)
    return servers[by:] + servers[:by]


if __name__ == "__main__":
    main()
