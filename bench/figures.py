"""Statistics of the measurements: percentiles, medians, spreads, and the goals in ratios."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

# With many connections, and with one.
LOADS, ALONE = ("get", "complete", "api_get", "api_complete"), ("one", "api_one")
SAVED = ("rps", "p50_ms", "p99_ms", "cpu_us", "pss_mb")
Figures = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass
class Measured:
    """The figures of one server for one kind of request: one value per round."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, numbers: Mapping[str, float]) -> None:
        for name, number in numbers.items():
            self.values.setdefault(name, []).append(number)

    def __getitem__(self, name: str) -> float:
        """The median over the rounds."""
        return median(self.values[name])

    def spread(self, name: str) -> float:
        """Difference between the highest and the lowest round, as a share of the median."""
        values = self.values[name]
        return (max(values) - min(values)) / median(values) if median(values) else 0.0


Results = dict[str, dict[str, Measured]]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))]


def as_json(results: Results, **more: Any) -> dict[str, Any]:
    """The content of var/bench.json: medians per server, spreads, and `more`."""
    loads = [action for action in LOADS if action in results]
    content: dict[str, Any] = {
        action: {name: {key: round(of[key], 3) for key in SAVED} for name, of in results[action].items()}
        for action in loads
    }
    if limit := results.get("pgbench"):
        content["pgbench"] = {"rps": round(limit["pgbench"]["rps"], 1)}
    for action in (action for action in ALONE if action in results):
        content[f"{action}_connection"] = {
            name: {key: round(of[key], 3) for key in ("p50_ms", "p99_ms")} for name, of in results[action].items()
        }
    content["start"] = {
        name: {key: round(median(values), 1) for key, values in of.values.items()}
        for name, of in results["start"].items()
    }
    for action in loads:
        content[f"{action}_spread_of_rps"] = {name: round(of.spread("rps"), 3) for name, of in results[action].items()}
        content[f"{action}_postgres_us"] = {name: round(of["postgres_us"], 1) for name, of in results[action].items()}
    return content | more


@dataclass(frozen=True)
class Goal:
    """A ratio of two figures, and its target."""

    what: str
    value: float
    target: float
    at_least: bool

    @property
    def reached(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target


# Title, kind of request, figure, server to compare with, target, and whether the ratio should be at least the target.
RATIOS = (
    ("GET /tasks per second: Daybook / FastAPI", "get", "rps", "fastapi", 4.0, True),
    ("… / Django with Jinja2", "get", "rps", "django_jinja", 2.5, True),
    ("… / Django with its own templates", "get", "rps", "django_templates", 5.0, True),
    ("complete per second: Daybook / FastAPI", "complete", "rps", "fastapi", 3.5, True),
    ("… / Django with Jinja2", "complete", "rps", "django_jinja", 2.8, True),
    ("CPU per GET: Daybook / Django with Jinja2", "get", "cpu_us", "django_jinja", 0.32, False),
    ("p99 at 16 connections: Daybook / Django with Jinja2", "get", "p99_ms", "django_jinja", 0.55, False),
    ("memory: Daybook / FastAPI", "get", "pss_mb", "fastapi", 1.0, False),
    ("GET /api/tasks per second: Daybook / FastAPI", "api_get", "rps", "fastapi", 3.0, True),
    ("GET /api/tasks per second: Daybook / Django REST framework", "api_get", "rps", "django_rest", 3.0, True),
    ("PUT completion per second: Daybook / FastAPI", "api_complete", "rps", "fastapi", 3.0, True),
    ("PUT completion per second: Daybook / Django REST framework", "api_complete", "rps", "django_rest", 3.0, True),
    ("cold start: Daybook / FastAPI", "start", "cold_ms", "fastapi", 1.0, False),
)
# The other servers start no Better Auth, so Daybook's start is compared without its own.
DAYBOOK_FIGURES = {"cold_ms": "cold_without_better_auth_ms"}


def goals(results: Results) -> Iterable[Goal]:
    """The goals whose two sides were measured."""
    for title, action, figure, peer, target, at_least in RATIOS:
        servers = results.get(action, {})
        ours, theirs = servers.get("daybook"), servers.get(peer)
        if ours and theirs and figure in theirs.values:
            value = ours[DAYBOOK_FIGURES.get(figure, figure)] / theirs[figure]
            yield Goal(title, value, target, at_least)
    yield from _other_goals(results)


def _other_goals(results: Results) -> Iterable[Goal]:
    if one := results.get("one", {}).get("daybook"):
        yield Goal("p99 / p50 with one connection", one["p99_ms"] / one["p50_ms"], 3.0, False)
    if (get := results.get("get", {}).get("daybook")) and (limit := results.get("pgbench")):
        yield Goal("GET /tasks per second: Daybook / pgbench", get["rps"] / limit["pgbench"]["rps"], 0.4, True)
