"""From measured numbers to what is printed and kept: percentiles, medians, ratios."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

KEPT = ("rps", "p50_ms", "p99_ms", "cpu_us", "pss_mb")
Figures = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass
class Measured:
    """Every number of one server doing one thing, a list of values for each: one of each round."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, numbers: Mapping[str, float]) -> None:
        for name, number in numbers.items():
            self.values.setdefault(name, []).append(number)

    def __getitem__(self, name: str) -> float:
        return median(self.values[name])

    def spread(self, name: str) -> float:
        """From the lowest to the highest round, as a share of the median."""
        values = self.values[name]
        return (max(values) - min(values)) / median(values) if median(values) else 0.0


Results = dict[str, dict[str, Measured]]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))]


def as_json(results: Results, **beside: Any) -> dict[str, Any]:
    """What var/bench.json holds: `get`, `complete` and `pgbench`, and beside them whatever else was seen."""
    kept: dict[str, Any] = {
        action: {name: {key: round(of[key], 3) for key in KEPT} for name, of in results[action].items()}
        for action in ("get", "complete")
    }
    if limit := results.get("pgbench"):
        kept["pgbench"] = {"rps": round(limit["pgbench"]["rps"], 1)}
    kept["one_connection"] = {
        name: {key: round(of[key], 3) for key in ("p50_ms", "p99_ms")} for name, of in results["one"].items()
    }
    kept["start"] = {
        name: {key: round(median(values), 1) for key, values in of.values.items()}
        for name, of in results["start"].items()
    }
    for action in ("get", "complete"):
        kept[f"{action}_spread_of_rps"] = {name: round(of.spread("rps"), 3) for name, of in results[action].items()}
        kept[f"{action}_postgres_us"] = {name: round(of["postgres_us"], 1) for name, of in results[action].items()}
    return kept | beside


@dataclass(frozen=True)
class Goal:
    """A ratio of Daybook's to a peer's, and how far we want it."""

    what: str
    value: float
    wanted: float
    at_least: bool

    @property
    def reached(self) -> bool:
        return self.value >= self.wanted if self.at_least else self.value <= self.wanted


def goals(results: Results) -> Iterable[Goal]:
    """Every goal whose two sides were measured."""
    ours = {what: of.get("daybook") for what, of in results.items()}

    def ratio(
        words: str, action: str, number: str, peer: str, wanted: float, at_least: bool, of_ours: str | None = None
    ) -> Iterable[Goal]:
        theirs = results.get(action, {}).get(peer)
        mine = ours.get(action)
        if mine and theirs and number in theirs.values:
            yield Goal(words, mine[of_ours or number] / theirs[number], wanted, at_least)

    yield from ratio("GET /tasks a second, over FastAPI's", "get", "rps", "fastapi", 4.0, True)
    yield from ratio("… over Django's with Jinja2", "get", "rps", "django_jinja", 2.5, True)
    yield from ratio("… over Django's with its own templates", "get", "rps", "django_templates", 5.0, True)
    yield from ratio("complete a second, over FastAPI's", "complete", "rps", "fastapi", 3.5, True)
    yield from ratio("… over Django's with Jinja2", "complete", "rps", "django_jinja", 2.8, True)
    yield from ratio("CPU of a GET, of Django's with Jinja2", "get", "cpu_us", "django_jinja", 0.32, False)
    yield from ratio("p99 at 16 connections, of Django's with Jinja2", "get", "p99_ms", "django_jinja", 0.55, False)
    yield from ratio("memory, of FastAPI's", "get", "pss_mb", "fastapi", 1.0, False)
    # No peer starts a Better Auth: it has to be there already, as behind `BETTER_AUTH_URL`.
    alone = "cold_without_better_auth_ms"
    yield from ratio("cold start, of FastAPI's", "start", "cold_ms", "fastapi", 1.0, False, of_ours=alone)
    if one := ours.get("one"):
        yield Goal("one connection's p99, of its p50", one["p99_ms"] / one["p50_ms"], 3.0, False)
    if (get := ours.get("get")) and (limit := results.get("pgbench")):
        yield Goal("GET /tasks a second, of pgbench's", get["rps"] / limit["pgbench"]["rps"], 0.4, True)
