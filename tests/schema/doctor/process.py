"""Examinations in processes of their own: what a fault imports is gone with it."""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL

from web.schema.doctor import Report, examine

Answer = TypeVar("Answer")
HERE = Path(__file__).parent
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["sqlmodel", "tests.schema.doctor.process"])


def examined(folder: Path, *modules: str, database: URL | None = None) -> Report:
    """The report on modules that lie in the folder."""
    return in_a_process(_examine, folder, modules, database)


def in_a_process(function: Callable[..., Answer], *args: object) -> Answer:
    with ProcessPoolExecutor(1, mp_context=_CONTEXT) as pool:
        return pool.submit(function, *args).result(timeout=60)


def _examine(folder: Path, modules: tuple[str, ...], database: URL | None) -> Report:
    sys.path.insert(0, str(folder))
    return examine(modules, database)
