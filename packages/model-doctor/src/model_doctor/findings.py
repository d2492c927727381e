"""What the doctor says, as text for people and as JSON for programs."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from model_doctor.codes import WHY


@dataclass(frozen=True, order=True)
class Place:
    """Where something is written; `attribute` is empty for a whole class or table."""

    file: str
    line: int
    model: str
    attribute: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def name(self) -> str:
        return f"{self.model}.{self.attribute}" if self.attribute else self.model


@dataclass(frozen=True, order=True)
class Finding:
    """One mistake: what is wrong, and what to write instead."""

    place: Place
    code: str
    wrong: str
    cure: str

    @property
    def why(self) -> str:
        return WHY[self.code]

    def __str__(self) -> str:
        return f"{self.place}  {self.place.name}  {self.code}\n  {self.wrong}\n  Why: {self.why}\n  Cure: {self.cure}"

    def as_dict(self) -> dict[str, str | int]:
        return {"code": self.code, **asdict(self.place), "wrong": self.wrong, "why": self.why, "cure": self.cure}


@dataclass(frozen=True)
class Unreadable:
    """A module, or a database, that could not be read; `file` is empty where no line is to blame."""

    name: str
    problem: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}  " if self.file else ""
        return f"{place}{self.name} cannot be read: {self.problem}"


@dataclass
class Report:
    """All of one examination."""

    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    tables: int = 0

    @property
    def exit_code(self) -> int:
        """0 for nothing found, 1 for findings, 2 where something could not be read."""
        return 2 if self.unreadable else 1 if self.findings else 0

    def as_text(self) -> str:
        said = [*map(str, self.unreadable), *map(str, self.findings), self._summary()]
        return "\n\n".join(said)

    def as_json(self) -> str:
        return json.dumps(
            {
                "tables": self.tables,
                "findings": [finding.as_dict() for finding in self.findings],
                "unreadable": [asdict(unreadable) for unreadable in self.unreadable],
            },
            indent=2,
        )

    def _summary(self) -> str:
        return f"{_count(len(self.findings), 'finding')} in {_count(self.tables, 'table')}."


def shown(file: str | Path) -> str:
    """The path as a person in this folder would write it."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
