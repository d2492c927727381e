"""The settings: `[tool.model-doctor]` in pyproject.toml, and what the command line says instead."""

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from model_doctor.codes import CODES, DEFAULT_LEVELS, LEVELS
from model_doctor.findings import Finding
from model_doctor.similar import most_similar

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# As dialects.py knows them; this module is read without SQLAlchemy.
DATABASES = ("postgresql", "sqlite", "mysql", "mariadb", "mssql", "oracle")
IMPORT_SECONDS = 60
_LONGEST_SECONDS = 1_000_000
_LISTS = {"modules", "select", "ignore", "levels", "databases", "path"}
_TEXTS = {"baseline", "env-file"}


class SettingsError(Exception):
    """A setting that is not understood."""


@dataclass(frozen=True)
class Settings:
    """What to examine and what to report.

    `tables` ignores codes by table or column: {"task.title": {"string-without-length": "the reason"}}.
    """

    modules: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: tuple[str, ...] = DEFAULT_LEVELS
    databases: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    baseline: str = ""
    env_file: str = ""
    timeout: float = IMPORT_SECONDS
    tables: dict[str, dict[str, str]] = field(default_factory=dict)

    def reports(self, finding: Finding) -> bool:
        """By level, unless its code is selected or ignored, or its tables or columns ignore it."""
        if finding.code in self.ignore:
            return False
        if finding.code != "cannot-examine" and finding.level not in self.levels and finding.code not in self.select:
            return False
        return not finding.subjects or not all(self._ignores(subject, finding.code) for subject in finding.subjects)

    def _ignores(self, subject: str, code: str) -> bool:
        return any(code in self.tables.get(name, {}) for name in (subject, subject.partition(".")[0]))


def read_settings(folder: Path) -> Settings:
    """From the pyproject.toml in the folder or in the nearest one above. Raises SettingsError."""
    for candidate in (folder, *folder.parents):
        file = candidate / "pyproject.toml"
        if file.is_file():
            return _beside(_from_table(_table(file), file.name), candidate)
    return Settings()


def changed(settings: Settings, **given: Any) -> Settings:
    """With what the command line gives; None leaves a setting as it is. Raises SettingsError."""
    return checked(replace(settings, **{name: value for name, value in given.items() if value is not None}))


def checked(settings: Settings) -> Settings:
    """Raises SettingsError for a code, level or database that does not exist, a wrong time, and a missing reason."""
    if not 0 < settings.timeout < _LONGEST_SECONDS:
        raise SettingsError("timeout must be a number of seconds.")
    levels = LEVELS if "all" in settings.levels else settings.levels
    _known("code", (*settings.select, *settings.ignore), CODES)
    _known("level", levels, LEVELS)
    _known("database", settings.databases, DATABASES)
    for name, codes in settings.tables.items():
        _known("code", codes, CODES)
        for code, reason in codes.items():
            if not isinstance(reason, str) or not reason.strip():
                raise SettingsError(f"tables.{name}: ignoring {code} needs a reason.")
    return replace(settings, levels=tuple(levels))


def _beside(settings: Settings, folder: Path) -> Settings:
    """Files that the settings name lie beside the pyproject.toml, wherever the command is run."""
    return replace(
        settings,
        path=tuple(str(folder / one) for one in settings.path),
        baseline=str(folder / settings.baseline) if settings.baseline else "",
        env_file=str(folder / settings.env_file) if settings.env_file else "",
    )


def _table(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("model-doctor", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        raise SettingsError(f"{file.name} cannot be read: {problem}") from problem
    return table if isinstance(table, dict) else {}


def _from_table(table: dict[str, Any], file: str) -> Settings:
    given: dict[str, Any] = {}
    for name, value in table.items():
        given[name.replace("-", "_")] = _value(name, value, file)
    return checked(Settings(**given))


def _value(name: str, value: Any, file: str) -> Any:
    if name in _LISTS and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if name in _TEXTS and isinstance(value, str):
        return value
    if name == "timeout" and isinstance(value, (int, float)):
        return float(value)
    if name == "tables" and isinstance(value, dict) and all(isinstance(codes, dict) for codes in value.values()):
        return value
    kinds = {**dict.fromkeys(_LISTS, "a list of strings"), **dict.fromkeys(_TEXTS, "a string")}
    kinds |= {"timeout": "a number of seconds", "tables": 'a table such as "task.title" = { code = "reason" }'}
    if name not in kinds:
        hint = most_similar(name, kinds)
        raise SettingsError(f"{file}: there is no setting {name}{f'; {hint} is meant?' if hint else ''}")
    raise SettingsError(f"{file}: {name} must be {kinds[name]}.")


def _known(kind: str, given: Any, known: Any) -> None:
    for one in given:
        if one not in known:
            hint = most_similar(one, known)
            more = f"; {hint} is meant?" if hint else f"; there are {', '.join(known)}" if len(known) < 10 else ""
            raise SettingsError(f"there is no {kind} {one}{more}")
