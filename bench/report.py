"""Prints the tables of a run and writes var/bench.json and var/bench.md."""

import json
import platform
from datetime import UTC, datetime
from pathlib import Path

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from bench.data import ROOT, Size, World
from bench.figures import Measured, Results, as_json, goals
from bench.measuring import CONNECTIONS, QUIET, Turns
from bench.requests import API, PAGE, Work
from bench.servers import SERVERS, VARIANTS

RESULT = ROOT / "var" / "bench.json"
TITLES = {server.name: server.title for server in [*SERVERS, *VARIANTS]}


def show(console: Console, turns: Turns, machine: str) -> None:
    """Print the results as Markdown."""
    results = turns.results
    for work in (PAGE, API):
        if work.action("get") in results:
            console.print(_reads(results, work), _changes(results, work))
    console.print(_goals(results))
    if limit := results.get("pgbench"):
        console.print(f"pgbench with the same three statements: {_rate(limit['pgbench'])} pages a second.")
    else:
        console.print("pgbench was not measured: it is not installed, or --only or --work selected some.")
    if ours := results["start"].get("daybook"):
        console.print(
            f"Daybook's Better Auth takes {ours['better_auth_pss_mb']:.0f} MB, not included above. Without it, as "
            f"the other servers, Daybook starts in {ours['cold_without_better_auth_ms']:,.0f} ms."
        )
    windows = sum(len(of.values.get("rps", ())) for servers in results.values() for of in servers.values())
    disturbed = sum(turns.disturbed.values())
    console.print(f"Windows in which other programs used more than {QUIET} core: {disturbed} of {windows}.")
    console.print(f"{CONNECTIONS} connections; the load generator used up to {turns.load_cpu:.2f} core.")
    console.print(f"{datetime.now(UTC):%d %b %Y}, {machine}.")


def save(console: Console, turns: Turns, machine: str, size: Size) -> None:
    """Write the figures to var/bench.json and the printed tables to var/bench.md."""
    content = as_json(
        turns.results,
        goals={goal.what: {"is": round(goal.value, 3), "target": goal.target} for goal in goals(turns.results)},
        disturbed=turns.disturbed,
        load_cpu=round(turns.load_cpu, 3),
        machine=machine,
        tasks=size.tasks,
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    RESULT.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    with console.capture() as captured:
        show(console, turns, machine)
    lines = (line.rstrip() for line in captured.get().splitlines())
    RESULT.with_suffix(".md").write_text("\n".join(lines) + "\n")
    console.print(f"Saved in {RESULT.relative_to(ROOT)} and, as printed, in var/bench.md.")


def machine_of(world: World) -> str:
    """Processors, and the versions of Python and PostgreSQL."""
    cpus = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in cpus.splitlines() if line.startswith("model name")]
    return f"{len(models)} x {models[0]}, Python {platform.python_version()}, PostgreSQL {world.version}"


def table_of(*columns: str) -> Table:
    """A Markdown table with figures aligned to the right."""
    table = Table(*columns, box=MARKDOWN)
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _reads(results: Results, work: Work) -> Table:
    figures = "per second", "p50 ms", "p99 ms", "alone p50", "alone p99", "CPU us", "PG us", "cold ms", "bytes"
    table = table_of(work.reads_what, *figures)
    for name, get in results[work.action("get")].items():
        one, start = results[work.action("one")][name], results["start"][name]
        alone = f"{one['p50_ms']:.2f}", f"{one['p99_ms']:.2f}"
        table.add_row(
            *(TITLES[name], *_load(get), *alone, *_costs(get)),
            *(f"{start['cold_ms']:,.0f}", f"{get['bytes']:,.0f}"),
        )
    return table


def _changes(results: Results, work: Work) -> Table:
    table = table_of(work.changes_what, "per second", "p50 ms", "p99 ms", "CPU us", "PG us", "PSS MB")
    for name, complete in results[work.action("complete")].items():
        table.add_row(TITLES[name], *_load(complete), *_costs(complete), f"{complete['pss_mb']:.0f}")
    return table


def _goals(results: Results) -> Table:
    table = table_of("ratio", "is", "target", "")
    for goal in goals(results):
        target = f"{'≥' if goal.at_least else '≤'} {goal.target}"
        table.add_row(goal.what, f"{goal.value:.2f}", target, "reached" if goal.reached else "missed")
    return table


def _load(of: Measured) -> tuple[str, str, str]:
    return _rate(of), f"{of['p50_ms']:.1f}", f"{of['p99_ms']:.1f}"


def _costs(of: Measured) -> tuple[str, str]:
    """CPU time per request, of the server and of PostgreSQL."""
    return f"{of['cpu_us']:,.0f}", f"{of['postgres_us']:,.0f}"


def _rate(of: Measured) -> str:
    """The median, and the spread of the rounds."""
    apart = f" ({of.spread('rps'):.0%} apart)" if len(of.values["rps"]) > 1 else ""
    return f"{of['rps']:,.0f}{apart}"
