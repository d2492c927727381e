"""Runs two instances of Daybook behind a balancer, on PostgreSQL and PgBouncer: `python -m bench.experiments.two`.

Checks what they must share, measures their throughput, and stops one of them under load. An instance is one process, so
that one and two instances can be compared on a machine with few cores. bench/experiments/balancer.py is the balancer.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rich.console import Console

from bench.data import ROOT, BenchUser, Size, World, daybook, filled_world
from bench.experiments.costs import show_sign_ins, show_sizes, show_wal
from bench.experiments.sharing import DURING_EXIT, Browser, NotShared, check_sharing, check_survival
from bench.load import response_to, run
from bench.processes import cpu_seconds, machine_cpu_seconds, tree
from bench.report import machine_of, table_of
from bench.requests import PAGE
from bench.servers import Running, Server, running
from testkit import NotAvailable
from testkit.pgbouncer import running_pgbouncer
from testkit.postgres import free_port
from web.server.serve import exit_on_signal

SIZE = Size(people=400, tasks=24_000, signed_in=300)
CONNECTIONS = 16
START_SECONDS = 5.0
# With https, as in production: sign-in is rate limited, and cookie names have this prefix.
SETTINGS = {"APP_URL": "https://daybook.example", "FORWARDED_ALLOW_IPS": "127.0.0.1"}
COOKIE_PREFIX = "__Secure-"
console = Console(width=150, highlight=False)


@dataclass(frozen=True)
class Setup:
    """A setup to measure: the port for requests, the instances behind it, and the balancer's process if any."""

    title: str
    port: int
    serving: list[Running]
    balancer: int | None = None


@dataclass(frozen=True)
class Figures:
    """Requests per second in one window, and the cores that each part used."""

    rate: float
    serving: float
    balancer: float
    database: float
    load: float
    others: float


@dataclass
class Two:
    """Three instances, the third with two processes, and two balancers: for one and for two instances."""

    world: World
    url: str
    people: list[BenchUser]
    stack: ExitStack

    def start(self) -> None:
        self.one, self.other = self.instance("one"), self.instance("other")
        self.wide = self.instance("wide", workers=2)
        self.before_one = self.stack.enter_context(_balancer([self.one.port]))
        self.before_both = self.stack.enter_context(_balancer([self.one.port, self.other.port]))

    def instance(self, name: str, *, workers: int = 1, port: int | None = None) -> Running:
        environment = {"PORT": "{port}", "WEB_CONCURRENCY": str(workers), **SETTINGS}
        server = Server(f"two-{name}", f"Daybook, {name}", [daybook(), "serve"], environment, peer=False)
        return self.stack.enter_context(running(server, self.url, self.people[0], port=port))

    def setups(self) -> list[Setup]:
        (alone, alone_pid), (both, both_pid) = self.before_one, self.before_both
        return [
            Setup("one instance, no balancer", self.one.port, [self.one]),
            Setup("one instance behind the balancer", alone, [self.one], alone_pid),
            Setup("two instances behind the balancer", both, [self.one, self.other], both_pid),
            Setup("one instance, 2 processes, no balancer", self.wide.port, [self.wide]),
        ]

    def measure(self, setup: Setup, action: str, seconds: float) -> Figures:
        port, people = setup.port, self.people
        requests = (
            PAGE.reads(people, port, CONNECTIONS)
            if action == "pages"
            else PAGE.changes(people, port, CONNECTIONS, self.world.completed())
        )
        serving = [pid for up in setup.serving for pid in up.processes()]
        balancer = [setup.balancer] if setup.balancer else []
        load = {os.getpid()}

        def used() -> list[float]:
            own = {*tree(os.getpid()), *tree(self.world.postmaster)}
            database = own - load - {*serving, *balancer}
            return [*map(cpu_seconds, (serving, balancer, database, own)), machine_cpu_seconds()]

        before = used()
        window = run(port, requests, seconds)
        spent = [(now - then) / window.seconds for now, then in zip(used(), before, strict=True)]
        rate = len(window.latencies_ms) / window.seconds
        return Figures(rate, *spent[:3], window.own_cpu, max(0.0, spent[4] - spent[3]))

    def change(self, setup: Setup, seconds: float) -> int:
        """Complete and reopen tasks for this long; returns how often."""
        window = run(setup.port, PAGE.changes(self.people, setup.port, CONNECTIONS, self.world.completed()), seconds)
        return len(window.latencies_ms)

    def titles(self) -> list[str]:
        """The titles of tasks that were added while an instance exited."""
        return [title for (title,) in self.world.query(f"SELECT title FROM tasks WHERE title LIKE '{DURING_EXIT}%'")]


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.experiments.two", description=__doc__)
    options.add_argument("--rounds", type=int, default=3, help="how many times each setup is measured")
    options.add_argument("--seconds", type=float, default=2.0, help="duration of a measurement window")
    arguments = options.parse_args()
    with exit_on_signal(), ExitStack() as stack:
        console.print(f"Filling PostgreSQL with {SIZE.tasks:,} tasks of {SIZE.people} users …")
        world = stack.enter_context(filled_world(SIZE, keep=False))
        try:
            pooler = stack.enter_context(running_pgbouncer(world.url))
        except NotAvailable as reason:
            raise SystemExit(str(reason)) from None
        people = [replace(user, cookie=COOKIE_PREFIX + user.cookie) for user in world.people]
        two = Two(world, pooler.url_for(world.url), people, stack)
        two.start()
        try:
            _run(two, arguments.rounds, arguments.seconds)
        except NotShared as problem:
            raise SystemExit(str(problem)) from None


def _run(two: Two, rounds: int, seconds: float) -> None:
    (balancer, _), one, other = two.before_both, two.one.port, two.other.port
    show_sizes(two.world, _print)
    console.print("Two instances, each with a Better Auth, behind the balancer:")
    ada = check_sharing(one, other, balancer, _print)
    figures = _throughput(two, rounds, seconds)
    show_wal(two.world, lambda: two.change(two.setups()[0], seconds), _print)
    show_sign_ins(two.one, ada.email, _print)
    _check_stop(two, "SIGTERM to one instance", signal.SIGTERM, ada)
    two.other = two.instance("other again", port=other)
    _await_both(two, ada)
    _check_stop(two, "SIGKILL to one instance", signal.SIGKILL, ada)
    for action, rows in figures.items():
        console.print()
        _show(action, rows)
    console.print(
        f"Medians of {rounds} windows of {seconds:g} s, {CONNECTIONS} connections. The instances, the balancer, "
        f"PostgreSQL, PgBouncer and the load share {os.cpu_count()} cores, which limit the throughput. "
        "µs each: CPU time of an instance per request."
    )
    console.print(f"{datetime.now(UTC):%d %b %Y}, {machine_of(two.world)}.")


def _throughput(two: Two, rounds: int, seconds: float) -> dict[str, dict[str, list[Figures]]]:
    """Measures the setups in rotating order, so that a change in the machine's speed affects all of them."""
    setups = two.setups()
    figures: dict[str, dict[str, list[Figures]]] = {
        action: {setup.title: [] for setup in setups} for action in ("pages", "changes")
    }
    for number in range(rounds):
        two.world.tidy()
        rotated = setups[number % len(setups) :] + setups[: number % len(setups)]
        for action, rows in figures.items():
            for setup in rotated:
                two.measure(setup, action, seconds / 4)
                rows[setup.title].append(two.measure(setup, action, seconds))
    return figures


def _show(action: str, rows: dict[str, list[Figures]]) -> None:
    table = table_of(
        f"{action}, cores used by", "per second", "µs each", "instances", "balancer", "database", "load", "others"
    )
    for title, found in rows.items():
        rates = [one.rate for one in found]
        apart = (max(rates) - min(rates)) / statistics.median(rates)
        cores = [
            f"{statistics.median(getattr(one, part) for one in found):.2f}"
            for part in ("serving", "balancer", "database", "load", "others")
        ]
        each = statistics.median(1e6 * one.serving / one.rate for one in found)
        table.add_row(title, f"{statistics.median(rates):,.0f} ({apart:.0%} apart)", f"{each:,.0f}", *cores)
    console.print(table)


def _check_stop(two: Two, how: str, number: signal.Signals, user: Browser) -> None:
    victims = [two.other.pid] if number == signal.SIGTERM else two.other.processes()

    def kill() -> None:
        for pid in victims:
            os.kill(pid, number)

    check_survival(how, kill, user, two.other.port, two.before_both[0], two.titles, _print)


def _await_both(two: Two, user: Browser) -> None:
    """Wait until the balancer uses the restarted instance."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if user.get(two.before_both[0], "/tasks").headers["x-served-by"] == str(two.other.port):
            return
        time.sleep(0.05)
    raise NotShared("The balancer does not use the restarted instance.")


@contextmanager
def _balancer(instances: list[int]) -> Iterator[tuple[int, int]]:
    """Start a balancer; its port and process id."""
    port = free_port()
    command = [sys.executable, "-m", "bench.experiments.balancer", str(port), *map(str, instances)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        while time.monotonic() < deadline:
            with suppress(OSError):
                if response_to(port, request).status == 200:
                    break
            time.sleep(0.02)
        else:
            raise SystemExit("The balancer did not start.")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _print(text: str) -> None:
    console.print(text)


if __name__ == "__main__":
    main()
