"""Examines modules, each in a forked process: a job per line of stdin, a report per line of stdout."""

import importlib
import json
import os
import sys
from contextlib import suppress
from typing import Any

from sqlalchemy import create_engine, make_url

from model_doctor import checks, configure, dialects, examination, models

# What the forked processes share: each would otherwise import it for itself.
PRELOADED = (checks, configure, models, *map(dialects.dialect, ("postgresql", "sqlite", "mysql", "mssql", "oracle")))


def main() -> None:
    """Answer with a report, or with the text of an error, until the input ends."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for module in ("sqlmodel", "alembic.autogenerate", "psycopg2", "sqlalchemy.ext.declarative"):
        with suppress(ImportError):
            importlib.import_module(module)
    for line in sys.stdin:
        answer.write(json.dumps(_forked(json.loads(line))) + "\n")
        answer.flush()


def _forked(job: dict[str, Any]) -> Any:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            pipe.write(_answer(job))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"error": "the process ended without an answer"}


def _answer(job: dict[str, Any]) -> str:
    os.chdir(job["folder"])
    sys.path.insert(0, job["folder"])
    try:
        if job.get("create"):
            return json.dumps(_create(job))
        url = make_url(job["database"]) if job.get("database") else None
        return json.dumps(examination.examine(job["modules"], url, job.get("databases", ())).as_dict())
    except BaseException as problem:
        return json.dumps({"error": f"{type(problem).__name__}: {problem}"})


def _create(job: dict[str, Any]) -> dict[str, str]:
    """As SQLAlchemy itself creates the tables of a module."""
    for module in job["modules"]:
        __import__(module)
    found = models.collect(models.Models(job["modules"]))
    with create_engine(job["database"]).begin() as connection:
        for metadata in found.metadatas:
            metadata.create_all(connection)
    return {}


if __name__ == "__main__":
    main()
