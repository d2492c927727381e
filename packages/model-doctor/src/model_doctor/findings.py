"""The result of an examination: findings, and what could not be read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from model_doctor.codes import CODES, LEVELS


@dataclass(frozen=True, order=True)
class Place:
    """Where something is written. `attribute` is empty for a whole class or table; `end` is the last line."""

    file: str
    line: int
    model: str
    attribute: str = ""
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.file else "(no file)"

    @property
    def name(self) -> str:
        return f"{self.model}.{self.attribute}" if self.attribute else self.model


@dataclass(frozen=True, order=True)
class Finding:
    """One mistake: where, what is wrong, and what to write instead.

    `subjects` are the tables it concerns, each as `table` or `table.column`, by which settings ignore it; `related`
    are other places it speaks of; `merged` counts the findings with the same cause that this one stands for.
    """

    place: Place
    code: str
    message: str
    fix: str
    subjects: tuple[str, ...] = field(default=(), compare=False)
    related: tuple[Place, ...] = field(default=(), compare=False)
    merged: int = field(default=1, compare=False)

    @property
    def level(self) -> str:
        return CODES[self.code].level

    @property
    def why(self) -> str:
        return CODES[self.code].why

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Finding":
        place, related = Place(**values["place"]), tuple(Place(**one) for one in values["related"])
        return cls(**{**values, "place": place, "related": related, "subjects": tuple(values["subjects"])})


@dataclass(frozen=True)
class Unreadable:
    """A module or a database that could not be read; `file` is empty where no line is to blame."""

    name: str
    problem: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}  " if self.file else ""
        return f"{place}{self.name} cannot be read: {self.problem}"


@dataclass
class Report:
    """The result of one examination. `unjudged` counts references into modules that could not be imported."""

    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    tables: int = 0
    unjudged: int = 0

    @property
    def exit_code(self) -> int:
        """0 without findings, 1 with findings, 2 if something could not be read or a check crashed."""
        if self.unreadable or any(finding.code == "cannot-examine" for finding in self.findings):
            return 2
        return 1 if self.findings else 0

    def of_levels(self) -> dict[str, int]:
        counted = Counter(finding.level for finding in self.findings)
        return {level: counted[level] for level in LEVELS if counted[level]}

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Report":
        return cls(
            [Finding.from_dict(finding) for finding in values["findings"]],
            [Unreadable(**unreadable) for unreadable in values["unreadable"]],
            values["tables"],
            values["unjudged"],
        )


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """By level, then by file and line."""
    return sorted(findings, key=lambda finding: (LEVELS.index(finding.level), finding))


@cache
def shown(file: str | Path) -> str:
    """The path relative to the working directory, where it lies below it."""
    path = Path(file)
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)


def count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
