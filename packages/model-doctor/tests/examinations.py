"""Examinations in processes of their own, in any of the environments."""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from environments import ENVIRONMENTS, HERE, SOURCE, STORY, THIS, Environment
from model_doctor.findings import Report

_EXECUTABLES = {environment.name: environment for environment in (*ENVIRONMENTS, STORY)}


def examined(folder: Path, *modules: str, database: URL | None = None, databases: Sequence[str] = ()) -> Report:
    """The report on modules that lie in the folder, in the environment that runs the tests."""
    job = {"folder": str(folder), "modules": modules, "databases": list(databases)}
    job |= {"database": database.render_as_string(hide_password=False)} if database else {}
    [report] = run_jobs(THIS, [job])
    return report


def create_tables(folder: Path, module: str, url: URL) -> None:
    """As SQLAlchemy itself creates the tables of a module."""
    assert creation_error(folder, module, url) == ""


def creation_error(folder: Path, module: str, url: URL) -> str:
    """What the creation of the tables fails with."""
    text = url.render_as_string(hide_password=False)
    [answer] = _answers(THIS, [{"folder": str(folder), "modules": [module], "database": text, "create": True}])
    return str(answer.get("error", ""))


@cache
def reports_in(environment: str, folder: Path, modules: tuple[str, ...]) -> dict[str, Report]:
    """The report on each module alone; one process per environment, which forks for each."""
    jobs = [{"folder": str(folder), "modules": [module]} for module in modules]
    return dict(zip(modules, run_jobs(environment, jobs), strict=True))


def run_jobs(environment: str, jobs: list[dict[str, Any]]) -> list[Report]:
    answers = _answers(environment, jobs)
    errors = [(job["modules"], answer["error"]) for job, answer in zip(jobs, answers, strict=True) if "error" in answer]
    assert not errors, errors
    return [Report.from_dict(answer) for answer in answers]


def _answers(environment: str, jobs: list[dict[str, Any]]) -> list[Any]:
    runner = _runner(environment)
    assert runner.stdin and runner.stdout
    answers = []
    for job in jobs:
        runner.stdin.write(json.dumps(job) + "\n")
        runner.stdin.flush()
        line = runner.stdout.readline()
        assert line, f"the runner of {environment} ended"
        answers.append(json.loads(line))
    return answers


@cache
def _runner(environment: str) -> subprocess.Popen[str]:
    """A process that has SQLAlchemy imported and forks for each job; ends with the tests, when its input ends."""
    python = sys.executable if environment == THIS else _EXECUTABLES[environment].executable()
    variables = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "default"}
    command = [python, "-B", str(HERE / "runner.py")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=variables, cwd=HERE, text=True, **pipes)
    atexit.register(process.communicate)
    return process


def modules_in(folder: Path, beside: str) -> list[str]:
    """The modules of a folder, without the one that they share."""
    return [file.stem for file in sorted(folder.glob("*.py")) if file.stem != beside]


def modules_for(environment: Environment, folder: Path, beside: str) -> list[str]:
    """Modules that need SQLModel run beside SQLModel, the others without it."""
    modules = modules_in(folder, beside)
    return [one for one in modules if _needs_sqlmodel(folder / f"{one}.py") == environment.sqlmodel]


def _needs_sqlmodel(file: Path) -> bool:
    text = file.read_text()
    return "sqlmodel" in text or "pydantic" in text or "from base import" in text


def short(report: Report) -> str:
    return "\n".join(f"{f.place} {f.place.name} {f.code}: {f.message} | {f.fix}" for f in report.findings)
