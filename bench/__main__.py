"""Daybook beside Django and FastAPI, all doing the same on the same data: `make bench`, or `.venv/bin/python -m bench`.

Turn about (A B C D, B C D A, …), so that a machine that slows down does so for all. What is compared, and with which
settings, is in docs/performance.md.
"""

import argparse
from pathlib import Path

from rich.console import Console

from bench.checking import require_all_same, seen
from bench.data import Size, World, filled_world
from bench.load import WrongAnswer
from bench.measuring import Pace, Turns
from bench.report import keep, machine_of, show
from bench.sameness import NotTheSame
from bench.servers import SERVERS, VARIANTS, Server, running
from testkit import NotAvailable
from web.server.serve import exit_on_signal

FULL = Size(people=20_000, tasks=1_000_000, visitors=2_000), Pace(warm=2, many=5, one=3, patience=300), 5
QUICK = Size(people=1_000, tasks=60_000, visitors=2_000), Pace(warm=0.6, many=2, one=1.2, patience=20), 3
console = Console(width=150, highlight=False)


def main() -> None:
    given = _options()
    if not Path("/proc/stat").exists():
        raise SystemExit("The bench reads what processes use from /proc, so it runs on Linux only.")
    with exit_on_signal():
        try:
            _measure(given)
        except (NotAvailable, NotTheSame, WrongAnswer) as problem:
            raise SystemExit(f"{problem} Nothing was kept.") from None


def _measure(given: argparse.Namespace) -> None:
    size, pace, rounds = QUICK if given.quick else FULL
    if given.seconds:
        pace = Pace(warm=min(pace.warm, given.seconds), many=given.seconds, one=given.seconds, patience=pace.patience)
    chosen = [server for server in [*SERVERS, *VARIANTS] if server.name in given.only] if given.only else SERVERS
    console.print(f"Filling a PostgreSQL with {size.tasks:,} tasks of {size.people:,} people …")
    with filled_world(size, keep=given.keep) as world:
        _compare(world, chosen)
        turns = Turns(world, pace, console.print)
        for number in range(given.rounds or rounds):
            console.print(f"Round {number + 1}")
            for server in _turned(chosen, number):
                turns.serve(server)
            if world.pgbench and not given.only:
                turns.ask_pgbench()
        machine = machine_of(world)
    console.print()
    show(console, turns, machine)
    if not given.only:
        keep(console, turns, machine, size)


def _options() -> argparse.Namespace:
    names = [server.name for server in [*SERVERS, *VARIANTS]]
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer tasks, shorter windows: three minutes in all")
    options.add_argument("--only", action="append", choices=names, help="this server; may be given more than once")
    options.add_argument("--rounds", type=int, help="how many turns each server has")
    options.add_argument("--seconds", type=float, help="how long a window lasts")
    options.add_argument("--keep", action="store_true", help="keep the data in var/bench for the next run")
    return options.parse_args()


def _compare(world: World, chosen: list[Server]) -> None:
    """Every server does what Daybook does, or nothing is measured."""
    ours = None
    for server in [SERVERS[0], *chosen[chosen[0] is SERVERS[0] :]]:
        with running(server, world.url, world.people[0]) as up:
            shown = seen(world, up)
            if ours:
                require_all_same(ours, shown, server.name)
        ours = ours or shown
        console.print(f"  {server.name:17} does the same: {', '.join(str(one.size) for one in shown)} bytes")


def _turned(servers: list[Server], by: int) -> list[Server]:
    by %= len(servers)
    return servers[by:] + servers[:by]


if __name__ == "__main__":
    main()
