"""Only `db` and `schema` know which database they talk to."""

import inspect
import re

import pytest

from web.db import postgresql, sqlite
from web.settings import ROOT

MODULES = [path for path in sorted((ROOT / "web").rglob("*.py")) if path.parent.name not in ("db", "schema")]


def test_both_dialects_export_the_same_names() -> None:
    assert sqlite.__all__ == postgresql.__all__


@pytest.mark.parametrize("name", sqlite.__all__)
def test_both_dialects_take_the_same_arguments(name: str) -> None:
    one, other = getattr(sqlite, name), getattr(postgresql, name)

    assert callable(one) == callable(other)
    if callable(one):
        assert inspect.signature(one) == inspect.signature(other)


@pytest.mark.parametrize("words", [r"dialect\.name", r"sqlalchemy\.dialects", r"get_backend_name"])
def test_no_other_layer_asks_which_database_it_is(words: str) -> None:
    found = [str(path.relative_to(ROOT)) for path in MODULES if re.search(words, path.read_text())]

    assert len(MODULES) > 30
    assert found == []


def test_landed_migrations_import_nothing_of_the_models() -> None:
    versions = sorted((ROOT / "alembic" / "versions").glob("*.py"))

    assert len(versions) >= 10
    assert [file.name for file in versions if "web.models" in file.read_text()] == []
