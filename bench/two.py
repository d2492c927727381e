"""Two instances of Daybook behind a balancer, on one PostgreSQL through PgBouncer: `.venv/bin/python -m bench.two`.

First what they must share, then how much they serve, then what the end of one costs. The balancer is our own
(bench/balancer.py): it says who served a request, and one process is all it takes. An instance is one process here, so
that one and two of them can be compared on a machine of few cores.
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

from bench.costs import show_sign_ins, show_sizes, show_wal
from bench.data import ROOT, BenchUser, Size, World, daybook, filled_world
from bench.load import answer_to, pages, run, toggles
from bench.processes import cpu_seconds, machine_cpu_seconds, tree
from bench.report import machine_of, table_of
from bench.servers import Running, Server, running
from bench.sharing import DYING, Browser, NotShared, show_sharing, show_survival
from testkit import NotAvailable
from testkit.pgbouncer import running_pgbouncer
from testkit.postgres import free_port
from web.server.serve import exit_on_signal

SIZE = Size(people=400, tasks=24_000, visitors=300)
CONNECTIONS = 16
UP_WITHIN = 5.0
# With https the sign-in is limited, as it is where other users come; cookies have this before their name.
SETTINGS = {"APP_URL": "https://daybook.example", "FORWARDED_ALLOW_IPS": "127.0.0.1"}
SECURE = "__Secure-"
console = Console(width=150, highlight=False)


@dataclass(frozen=True)
class Way:
    """One way to Daybook: the port to ask, the processes that serve there, and the balancer's, if any."""

    title: str
    port: int
    serving: list[Running]
    balancer: int | None = None


@dataclass(frozen=True)
class Figures:
    """What one window came to; how many cores each part used."""

    rate: float
    serving: float
    balancer: float
    database: float
    load: float
    others: float


@dataclass
class Two:
    """Where everything is: three instances, the third with two processes, and a balancer for one and for two."""

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

    def search_plan(self) -> list[Way]:
        (alone, alone_pid), (both, both_pid) = self.before_one, self.before_both
        return [
            Way("one instance, asked directly", self.one.port, [self.one]),
            Way("one instance behind the balancer", alone, [self.one], alone_pid),
            Way("two instances behind the balancer", both, [self.one, self.other], both_pid),
            Way("one instance of two processes, directly", self.wide.port, [self.wide]),
        ]

    def measure(self, way: Way, action: str, seconds: float) -> Figures:
        port, people = way.port, self.people
        asks = (
            pages(people, port, CONNECTIONS)
            if action == "pages"
            else toggles(people, port, CONNECTIONS, self.world.completed())
        )
        serving = [pid for up in way.serving for pid in up.processes()]
        balancer = [way.balancer] if way.balancer else []
        us = {os.getpid()}

        def used() -> list[float]:
            ours = {*tree(os.getpid()), *tree(self.world.postmaster)}
            database = ours - us - {*serving, *balancer}
            return [*map(cpu_seconds, (serving, balancer, database, ours)), machine_cpu_seconds()]

        before = used()
        window = run(port, asks, seconds)
        spent = [(now - then) / window.seconds for now, then in zip(used(), before, strict=True)]
        rate = len(window.latencies_ms) / window.seconds
        return Figures(rate, *spent[:3], window.own_cpu, max(0.0, spent[4] - spent[3]))

    def change(self, way: Way, seconds: float) -> int:
        """How many tasks were completed and reopened in that time."""
        window = run(way.port, toggles(self.people, way.port, CONNECTIONS, self.world.completed()), seconds)
        return len(window.latencies_ms)

    def titles(self) -> list[str]:
        """Of what was written while an instance died."""
        return [title for (title,) in self.world.ask(f"SELECT title FROM tasks WHERE title LIKE '{DYING}%'")]


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.two", description=__doc__)
    options.add_argument("--rounds", type=int, default=3, help="how many turns each way has")
    options.add_argument("--seconds", type=float, default=2.0, help="how long a window lasts")
    given = options.parse_args()
    with exit_on_signal(), ExitStack() as stack:
        console.print(f"Filling a PostgreSQL with {SIZE.tasks:,} tasks of {SIZE.people} people …")
        world = stack.enter_context(filled_world(SIZE, keep=False))
        try:
            pooler = stack.enter_context(running_pgbouncer(world.url))
        except NotAvailable as reason:
            raise SystemExit(str(reason)) from None
        people = [replace(user, cookie=SECURE + user.cookie) for user in world.people]
        two = Two(world, pooler.url_for(world.url), people, stack)
        two.start()
        try:
            _run(two, given.rounds, given.seconds)
        except NotShared as problem:
            raise SystemExit(str(problem)) from None


def _run(two: Two, rounds: int, seconds: float) -> None:
    (balancer, _), one, other = two.before_both, two.one.port, two.other.port
    show_sizes(two.world, _say)
    console.print("Two instances, each with a Better Auth, behind a balancer of our own:")
    ada = show_sharing(one, other, balancer, _say)
    figures = _throughput(two, rounds, seconds)
    show_wal(two.world, lambda: two.change(two.search_plan()[0], seconds), _say)
    show_sign_ins(two.one, ada.email, _say)
    _show_end(two, "SIGTERM to one", signal.SIGTERM, ada)
    two.other = two.instance("other again", port=other)
    _await_both(two, ada)
    _show_end(two, "kill -9 of one", signal.SIGKILL, ada)
    for action, rows in figures.items():
        console.print()
        _show(action, rows)
    console.print(
        f"Medians of {rounds} windows of {seconds:g} s, {CONNECTIONS} connections. The instances, the balancer, "
        f"PostgreSQL, PgBouncer and the load share {os.cpu_count()} cores: what the columns add up to is the limit, "
        "not the number of instances. µs each: an instance's processor for one request."
    )
    console.print(f"{datetime.now(UTC):%d %b %Y}, {machine_of(two.world)}.")


def _throughput(two: Two, rounds: int, seconds: float) -> dict[str, dict[str, list[Figures]]]:
    """Turn about, so that a machine that slows down does so for all."""
    ways = two.search_plan()
    figures: dict[str, dict[str, list[Figures]]] = {
        action: {way.title: [] for way in ways} for action in ("pages", "changes")
    }
    for number in range(rounds):
        two.world.tidy()
        turned = ways[number % len(ways) :] + ways[: number % len(ways)]
        for action, rows in figures.items():
            for way in turned:
                two.measure(way, action, seconds / 4)
                rows[way.title].append(two.measure(way, action, seconds))
    return figures


def _show(action: str, rows: dict[str, list[Figures]]) -> None:
    table = table_of(
        f"{action}, cores used by", "a second", "µs each", "instances", "balancer", "database", "load", "others"
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


def _show_end(two: Two, how: str, number: signal.Signals, user: Browser) -> None:
    victims = [two.other.pid] if number == signal.SIGTERM else two.other.processes()

    def kill() -> None:
        for pid in victims:
            os.kill(pid, number)

    show_survival(how, kill, user, two.other.port, two.before_both[0], two.titles, _say)


def _await_both(two: Two, user: Browser) -> None:
    """Until the balancer asks the new instance again."""
    give_up = time.monotonic() + UP_WITHIN
    while time.monotonic() < give_up:
        if user.get(two.before_both[0], "/tasks").headers["x-served-by"] == str(two.other.port):
            return
        time.sleep(0.05)
    raise NotShared("The balancer did not come back to an instance that was started again.")


@contextmanager
def _balancer(instances: list[int]) -> Iterator[tuple[int, int]]:
    """Its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "bench.balancer", str(port), *map(str, instances)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + UP_WITHIN
        ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        while time.monotonic() < give_up:
            with suppress(OSError):
                if answer_to(port, ask).status == 200:
                    break
            time.sleep(0.02)
        else:
            raise SystemExit("The balancer did not come up.")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _say(text: str) -> None:
    console.print(text)


if __name__ == "__main__":
    main()
