"""The command `model-doctor`."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path

from model_doctor import baseline, comments
from model_doctor.env_file import read_env_file
from model_doctor.explain import NoPage, page
from model_doctor.findings import Report, count, shown
from model_doctor.formats import FORMATS
from model_doctor.isolation import examine_apart
from model_doctor.settings import Settings, SettingsError, changed, read_settings

_EPILOG = """\
model-doctor explain CODE prints the page of a code. Settings are read from [tool.model-doctor] in pyproject.toml.
Exit code 0: no findings. 1: findings. 2: wrong usage, a module or database that cannot be read, or a crashed check."""
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


class UsageError(Exception):
    """What was asked for cannot be done as it was asked."""


def main(arguments: Sequence[str] | None = None, modules: Sequence[str] = ()) -> int:
    """Print the report and return the exit code. `modules` are examined if neither arguments nor settings name any."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["explain"]:
            _print(page(given[1:]))
            return 0
        return _examine(_parser().parse_args(given), modules)
    except (UsageError, SettingsError, NoPage, baseline.BaselineError) as problem:
        print(f"model-doctor: {problem}", file=sys.stderr)
        return 2


def _print(text: str) -> None:
    """To any terminal, file or pipe: letters that its encoding lacks are escaped, and `head` may close it early."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # What Python itself would flush at exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _examine(options: argparse.Namespace, modules: Sequence[str]) -> int:
    settings = _settings(options, modules)
    environment = _environment(settings)
    report = examine_apart(settings, _database(options.database, environment), environment)
    report, notes = _filtered(report, settings)
    if options.write_baseline and report.unreadable:
        notes.append(f"{shown(settings.baseline)} is left as it is: not everything could be read.")
    elif options.write_baseline:
        baseline.write(report.findings, Path(settings.baseline))
        notes.append(f"{count(len(report.findings), 'finding')} written to {shown(settings.baseline)}.")
        report = replace(report, findings=[])
    elif settings.baseline:
        report = _beside_baseline(report, Path(settings.baseline), notes)
    _print(FORMATS[options.format](report, notes))
    return 0 if options.exit_zero and report.exit_code == 1 else report.exit_code


def _filtered(report: Report, settings: Settings) -> tuple[Report, list[str]]:
    """The findings to report, and in words what is left out."""
    kept = [finding for finding in report.findings if not comments.is_ignored(finding)]
    reported = [comments.with_hint(finding) for finding in kept if settings.reports(finding)]
    hidden = [f for f in kept if f.level not in settings.levels and f.code not in (*settings.select, *settings.ignore)]
    hidden = [finding for finding in hidden if finding not in reported]
    notes = []
    if hidden:
        levels = ", ".join(f"{number} {level}" for level, number in Report(hidden).of_levels().items())
        notes.append(f"Not shown: {levels} (--levels all).")
    if report.unjudged:
        references = count(report.unjudged, "reference")
        notes.append(f"Not judged: {references} to what modules that cannot be imported may define.")
    return replace(report, findings=reported), notes


def _beside_baseline(report: Report, file: Path, notes: list[str]) -> Report:
    compared = baseline.compare(report.findings, file)
    if compared.known:
        notes.append(f"Known from {shown(file)}: {count(compared.known, 'finding')}.")
    if compared.gone and not report.unreadable:
        notes.append(f"{shown(file)} lists {count(compared.gone, 'finding')} that no longer occur: --write-baseline.")
    return replace(report, findings=compared.new)


def _settings(options: argparse.Namespace, modules: Sequence[str]) -> Settings:
    settings = changed(
        read_settings(Path.cwd()),
        modules=tuple(options.modules) or None,
        select=_codes(options.select),
        ignore=_codes(options.ignore),
        levels=_codes(options.levels),
        databases=_codes(options.databases),
        baseline=options.baseline,
        env_file=options.env_file,
        timeout=options.timeout,
    )
    if not settings.modules and not modules:
        raise UsageError("name a module to examine, or set modules in [tool.model-doctor].")
    for name in settings.modules:
        _refuse_a_path(name)
    if options.write_baseline and not settings.baseline:
        raise UsageError("--write-baseline needs a file: --baseline FILE, or baseline in the settings.")
    return settings if settings.modules else replace(settings, modules=tuple(modules))


def _refuse_a_path(name: str) -> None:
    if name.endswith(".py") or "/" in name:
        module = name.removesuffix(".py").strip("./").replace("/", ".")
        raise UsageError(f"{name} is a path; name the module, {module}.")


def _codes(given: list[str] | None) -> tuple[str, ...] | None:
    """`--select a,b --select c`."""
    return tuple(part.strip() for text in given for part in text.split(",") if part.strip()) if given else None


def _environment(settings: Settings) -> dict[str, str]:
    """A variable that is set already is kept."""
    if not settings.env_file:
        return dict(os.environ)
    try:
        return {**read_env_file(Path(settings.env_file)), **os.environ}
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"{settings.env_file} cannot be read: {problem}") from problem


def _database(given: str | None, environment: dict[str, str]) -> str:
    """A URL, or the name of the variable that holds it; empty without one."""
    if given is None:
        return ""
    if not given.strip():
        raise UsageError("--database is empty.")
    if not _VARIABLE.fullmatch(given):
        return given
    if given not in environment:
        raise UsageError(f"--database {given}: there is no such variable in the environment.")
    return environment[given]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "model-doctor",
        description="Find mistakes in SQLAlchemy and SQLModel models, and say what to write instead.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("modules", nargs="*", metavar="MODULE", help="a module or package that can be imported from here")
    add("--format", choices=FORMATS, default="text", help="text is the default")
    add("--levels", action="append", metavar="LEVELS", help="fails,wrong-data by default; slow, taste, all")
    add("--select", action="append", metavar="CODES", help="report these codes whatever their level")
    add("--ignore", action="append", metavar="CODES", help="never report these codes")
    add("--databases", action="append", metavar="NAMES", help="what the models are for: postgresql, sqlite, mysql, …")
    add("--database", metavar="URL", help="compare with this database, which is only read; or a variable's name")
    add("--baseline", metavar="FILE", help="report only what is not in this file")
    add("--write-baseline", action="store_true", help="write the findings to the baseline")
    add("--env-file", metavar="FILE", help="variables for the import of the models")
    add("--timeout", type=float, metavar="SECONDS", help="how long the import may take (60)")
    add("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    return parser
