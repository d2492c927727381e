"""Measures one server after another: start, warm up, load in windows without interference, stop."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from bench.data import World
from bench.figures import Measured, Results, percentile
from bench.limit import pages_per_second
from bench.load import Window, WrongAnswer, response_to, run
from bench.processes import cpu_seconds, machine_cpu_seconds, pss_mb, tree
from bench.requests import Request, Work
from bench.servers import Running, Server, running

CONNECTIONS = 16
# Cores that other programs may use during a window before it is repeated, and how often it may be repeated.
QUIET = 0.15
REPEATS = 4
# Makes Daybook start without its own Better Auth. The address is unused: the load contains no sign-in.
EXTERNAL_BETTER_AUTH = {"BETTER_AUTH_URL": "http://127.0.0.1:9"}


@dataclass(frozen=True)
class Pace:
    """Durations in seconds of the warm-up, the windows with many and one connection, and of all repeated windows."""

    warm: float
    many: float
    one: float
    retry_seconds: float


@dataclass
class Noise:
    """Cores that other programs used during a window."""

    foreign: float = 0.0

    @property
    def disturbing(self) -> bool:
        return self.foreign > QUIET

    def __str__(self) -> str:
        return f"foreign {self.foreign:.2f}{'  disturbed' if self.disturbing else ''}"


class Turns:
    """Measures servers and collects the results of all rounds."""

    def __init__(self, world: World, pace: Pace, report: Callable[[str], None]) -> None:
        self.world, self.pace, self.report = world, pace, report
        self.results: Results = {}
        self.disturbed: dict[str, int] = {}
        self.load_cpu = 0.0
        self.retry_seconds = pace.retry_seconds

    def measure(self, server: Server) -> None:
        """Start the server and run all its windows."""
        self.world.tidy()
        people = self.world.people
        with self._restoring(server), running(server, self.world.url, people[0]) as up:
            self._note("start", server.name, cold_ms=up.cold_ms)
            for work in server.works:
                self._measure(work, up)
            if better_auth := up.better_auth():
                self._note("start", server.name, better_auth_pss_mb=pss_mb(better_auth))
        if better_auth:
            with running(server, self.world.url, people[0], **EXTERNAL_BETTER_AUTH) as alone:
                self._note("start", server.name, cold_without_better_auth_ms=alone.cold_ms)

    def _measure(self, work: Work, up: Running) -> None:
        people, pace = self.world.people, self.pace
        changes = partial(self._changes, work, up)
        run(up.port, work.reads(people, up.port, CONNECTIONS), pace.warm)
        self._window(work.action("get"), up, pace.many, lambda: work.reads(people, up.port, CONNECTIONS))
        self._window(work.action("one"), up, pace.one, lambda: work.reads(people, up.port, 1))
        run(up.port, changes(), pace.warm)
        self._window(work.action("complete"), up, pace.many, changes, changing=True)
        answer = response_to(up.port, work.read(people[0], up.port).data)
        self._note(work.action("get"), up.server.name, bytes=len(answer.body))

    def measure_pgbench(self) -> None:
        """Run pgbench in the same rounds as the servers."""
        self.world.tidy()
        for attempt in range(REPEATS + 1):
            with self._watched() as noise:
                rps = pages_per_second(self.world, self.pace.many)
            if self._is_accepted("pgbench", noise, attempt, self.pace.many):
                break
        self._note("pgbench", "pgbench", rps=rps)
        self.report(f"  {'pgbench':17} pages        {rps:8,.0f}/s   {noise}")

    def _window(
        self,
        action: str,
        up: Running,
        seconds: float,
        requests: Callable[[], list[Iterator[Request]]],
        *,
        changing: bool = False,
    ) -> None:
        name = up.server.name
        for attempt in range(REPEATS + 1):
            prepared, changes = requests(), self.world.changes()
            before = self._used(up)
            with self._watched() as noise:
                window = run(up.port, prepared, seconds)
            used = {what: after - before[what] for what, after in self._used(up).items()}
            if changing:
                self._require_changed(name, self.world.changes() - changes, window)
            if self._is_accepted(f"{action} {name}", noise, attempt, seconds):
                break
        self.load_cpu = max(self.load_cpu, window.own_cpu)
        figures = _figures(window, used) | {"pss_mb": pss_mb(up.processes()), "foreign": noise.foreign}
        self._note(action, name, **figures)
        self.report(
            f"  {name:17} {action:12} {figures['rps']:8,.0f}/s   p50 {figures['p50_ms']:6.2f}  "
            f"p99 {figures['p99_ms']:6.2f} ms   {figures['cpu_us']:6,.0f} us   {noise}"
        )

    def _used(self, up: Running) -> dict[str, float]:
        """CPU time used so far by the server and by PostgreSQL."""
        return {"cpu_us": cpu_seconds(up.processes()), "postgres_us": cpu_seconds(tree(self.world.postmaster))}

    def _restoring(self, server: Server) -> AbstractContextManager[None]:
        return self.world.restored() if server.peer else nullcontext()

    def _changes(self, work: Work, up: Running) -> list[Iterator[Request]]:
        return work.changes(self.world.people, up.port, CONNECTIONS, self.world.completed())

    def _require_changed(self, name: str, changes: int, window: Window) -> None:
        if changes != len(window.latencies_ms):
            raise WrongAnswer(f"{name} answered {len(window.latencies_ms)} changes and made {changes}.")

    def _is_accepted(self, what: str, noise: Noise, attempt: int, seconds: float) -> bool:
        """Whether to keep a window: it was quiet, or it may not be repeated again. Then it is counted as disturbed."""
        if not noise.disturbing:
            return True
        if attempt == REPEATS or self.retry_seconds < seconds:
            self.disturbed[what] = self.disturbed.get(what, 0) + 1
            return True
        self.retry_seconds -= seconds
        return False

    @contextmanager
    def _watched(self) -> Iterator[Noise]:
        noise = Noise()
        machine, own, began = machine_cpu_seconds(), self._own_cpu(), perf_counter()
        yield noise
        foreign = machine_cpu_seconds() - machine - (self._own_cpu() - own)
        noise.foreign = max(0.0, foreign) / (perf_counter() - began)

    def _own_cpu(self) -> float:
        return cpu_seconds({*tree(os.getpid()), *tree(self.world.postmaster)})

    def _note(self, action: str, name: str, **figures: float) -> None:
        self.results.setdefault(action, {}).setdefault(name, Measured()).add(figures)


def _figures(window: Window, used: dict[str, float]) -> dict[str, float]:
    answers = len(window.latencies_ms)
    return {
        "rps": answers / window.seconds,
        "p50_ms": percentile(window.latencies_ms, 0.5),
        "p99_ms": percentile(window.latencies_ms, 0.99),
        **{what: 1e6 * seconds / answers for what, seconds in used.items()},
    }
