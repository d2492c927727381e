"""Daybook beside Django and FastAPI, all doing the same on the same data: `make bench`, or `.venv/bin/python -m bench`.

Turn about (A B C D, B C D A, …), so that a machine that slows down does so for all. What is compared, and with which
settings, is in docs/performance.md.
"""

import argparse
import json
import platform
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.checking import require_all_same, seen
from bench.data import ROOT, Size, World, filled_world
from bench.figures import Results, as_json, goals
from bench.load import WrongAnswer
from bench.measuring import CONNECTIONS, QUIET, Pace, Turns
from bench.sameness import NotTheSame
from bench.servers import SERVERS, Server, running

FULL = Size(people=20_000, tasks=1_000_000, visitors=2_000), Pace(warm=2, many=5, one=3, repeats=4), 5
QUICK = Size(people=1_000, tasks=60_000, visitors=2_000), Pace(warm=0.6, many=2, one=1.2, repeats=1), 3
RESULT = ROOT / "var" / "bench.json"
console = Console(width=150, highlight=False)


def main() -> None:
    given = _options()
    size, pace, rounds = QUICK if given.quick else FULL
    if given.seconds:
        pace = Pace(warm=min(pace.warm, given.seconds), many=given.seconds, one=given.seconds, repeats=pace.repeats)
    chosen = [server for server in SERVERS if server.name in (given.only or _names())]
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
        machine = _machine(world)
    _show(turns, machine)
    if not given.only:
        _keep(turns, machine, size)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer tasks, shorter windows: three minutes in all")
    options.add_argument("--only", action="append", choices=_names(), help="this server; may be given more than once")
    options.add_argument("--rounds", type=int, help="how many turns each server has")
    options.add_argument("--seconds", type=float, help="how long a window lasts")
    options.add_argument("--keep", action="store_true", help="keep the data in var/bench for the next run")
    return options.parse_args()


def _compare(world: World, chosen: list[Server]) -> None:
    """Every server does what Daybook does, or nothing is measured."""
    ours = None
    for server in [SERVERS[0], *chosen[chosen[0] is SERVERS[0] :]]:
        with running(server, world.url, world.people[0]) as up:
            try:
                shown = seen(world, up)
                if ours:
                    require_all_same(ours, shown, server.name)
            except (NotTheSame, WrongAnswer) as problem:
                raise SystemExit(f"{problem} Nothing was measured.") from None
        ours = ours or shown
        console.print(f"  {server.name:17} does the same: {', '.join(str(one.size) for one in shown)} bytes")


def _show(turns: Turns, machine: str) -> None:
    results = turns.results
    table = Table(
        "",
        *("GET/s", "spread", "p50", "p99 ms", "alone p50", "p99 ms", "CPU us"),
        *("complete/s", "spread", "p50", "p99 ms", "CPU us", "PSS MB", "cold ms", "bytes"),
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for name in results["get"]:
        table.add_row(name, *_row(results, name))
    console.print(table)
    if limit := results.get("pgbench"):
        console.print(f"pgbench with the same three statements: {limit['pgbench']['rps']:,.0f} pages a second")
    _tell_of_better_auth(results)
    for goal in goals(results):
        sign, word = ("≥" if goal.at_least else "≤"), ("reached" if goal.reached else "missed")
        console.print(f"  {goal.what:52} {goal.value:5.2f}   wanted {sign} {goal.wanted:<5} {word}")
    told = ", ".join(f"{what} ({times})" for what, times in turns.disturbed.items()) or "none"
    console.print(f"Windows in which others used more than {QUIET} core: {told}")
    console.print(f"{CONNECTIONS} connections; the load itself used up to {turns.load_cpu:.2f} core. {machine}")


def _row(results: Results, name: str) -> list[str]:
    get, one, complete, start = (results[act][name] for act in ("get", "one", "complete", "start"))
    return [
        *(f"{get['rps']:,.0f}", f"{get.spread('rps'):.0%}", f"{get['p50_ms']:.1f}", f"{get['p99_ms']:.1f}"),
        *(f"{one['p50_ms']:.2f}", f"{one['p99_ms']:.2f}", f"{get['cpu_us']:,.0f}"),
        *(f"{complete['rps']:,.0f}", f"{complete.spread('rps'):.0%}"),
        *(f"{complete['p50_ms']:.1f}", f"{complete['p99_ms']:.1f}", f"{complete['cpu_us']:,.0f}"),
        *(f"{complete['pss_mb']:.0f}", f"{start['cold_ms']:,.0f}", f"{start['bytes']:,.0f}"),
    ]


def _tell_of_better_auth(results: Results) -> None:
    if ours := results["start"].get("daybook"):
        console.print(
            f"Beside Daybook's web processes its Better Auth takes {ours['better_auth_pss_mb']:.0f} MB; "
            f"without one of its own Daybook starts in {ours['cold_without_better_auth_ms']:,.0f} ms."
        )


def _keep(turns: Turns, machine: str, size: Size) -> None:
    told = as_json(
        turns.results,
        goals={goal.what: {"is": round(goal.value, 3), "wanted": goal.wanted} for goal in goals(turns.results)},
        disturbed=turns.disturbed,
        load_cpu=round(turns.load_cpu, 3),
        machine=machine,
        tasks=size.tasks,
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    RESULT.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    console.print(f"Kept in {RESULT.relative_to(ROOT)}.")


def _machine(world: World) -> str:
    cpus = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in cpus.splitlines() if line.startswith("model name")]
    return f"{len(models)} x {models[0]}, Python {platform.python_version()}, PostgreSQL {world.version}"


def _turned(servers: list[Server], by: int) -> list[Server]:
    by %= len(servers)
    return servers[by:] + servers[:by]


def _names() -> list[str]:
    return [server.name for server in SERVERS]


if __name__ == "__main__":
    main()
