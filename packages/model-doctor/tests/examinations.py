"""Examinations in processes of their own: what a fault imports is gone with it."""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from model_doctor import Report, examine
from model_doctor.reading import read
from patience import PATIENCE_SECONDS
from sqlalchemy import URL, create_engine

Answer = TypeVar("Answer")
HERE = Path(__file__).parent
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["sqlmodel", "examinations"])


def examined(folder: Path, *modules: str, database: URL | None = None) -> Report:
    """The report on modules that lie in the folder."""
    return in_a_process(_examine, folder, modules, database)


def in_a_process(function: Callable[..., Answer], *args: object) -> Answer:
    with ProcessPoolExecutor(1, mp_context=_CONTEXT) as pool:
        return pool.submit(function, *args).result(timeout=PATIENCE_SECONDS)


def _examine(folder: Path, modules: tuple[str, ...], database: URL | None) -> Report:
    sys.path.insert(0, str(folder))
    return examine(modules, database)


def make_tables(folder: Path, module: str, url: URL) -> None:
    """As SQLAlchemy itself makes the tables of a module."""
    sys.path.insert(0, str(folder))
    models, _ = read([module])
    with create_engine(url).begin() as connection:
        for metadata in models.metadatas:
            metadata.create_all(connection)
