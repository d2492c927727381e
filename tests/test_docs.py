"""The documentation names only files and modules that exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from web.settings import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "bench" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# tests/test_adding_a_noun.py makes the files that this one names.
PAGES.remove(ROOT / "docs" / "adding-a-noun.md")
FOLDERS = "alembic|auth|bench|docs|packages|static|templates|tests|web"
PATH = re.compile(rf"(?<![\w/.-])(?:{FOLDERS})/[\w./-]*[\w/]")
MODULE = re.compile(rf"(?:-m |`)((?:{FOLDERS}|testkit)(?:\.\w+)+)\b")
LINK = re.compile(r"\]\(((?!https?:)[^)#]+)")


def missing_paths(text: str) -> set[str]:
    return {path for path in PATH.findall(text) if not (ROOT / path).exists()}


def missing_modules(text: str) -> set[str]:
    return {module for module in MODULE.findall(text) if not is_module(module)}


def is_module(name: str) -> bool:
    """Whether it is a module, or a name in one, such as `bench.load` or `web.domain.days.today`."""
    for parts in (name.split("."), name.split(".")[:-1]):
        try:
            if len(parts) > 1 and find_spec(".".join(parts)):
                return True
        except ModuleNotFoundError:
            pass
    return (ROOT / name).exists()


def names(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_path_exists(page: Path) -> None:
    assert missing_paths(page.read_text()) == set()


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_module_exists(page: Path) -> None:
    assert missing_modules(page.read_text()) == set()


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_path_or_module_that_does_not_exist_is_found() -> None:
    text = "See `web/nowhere.py` and web/app.py; run `python -m bench.nowhere`, `bench.load` or `web.settings.ROOT`."

    assert missing_paths(text) == {"web/nowhere.py"}
    assert missing_modules(text) == {"bench.nowhere"}
