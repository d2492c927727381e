"""docs/adding-a-noun.md, followed step by step in a copy of the repository."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from testkit.patience import PATIENCE_SECONDS
from web.schema.revision import head
from web.settings import ROOT

PAGE = (ROOT / "docs" / "adding-a-noun.md").read_text()
FOLDERS = ("web", "templates", "static", "alembic", "tests", "packages")
COPIED = (*FOLDERS, "conftest.py", "alembic.ini", "pyproject.toml", ".djlint_rules.yaml")
BLOCK = re.compile(r"`([\w/.-]+)`(?:(?!`[\w/.-]+`).)*?\n```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
# On the page the next revision is 0014.
OFFSET = int(head()) - 13
DRIFT = """
from web.schema.drift import differences
from web.schema.locks import migration_engine
from web.schema.migrate import upgrade
from sqlalchemy import make_url, text
url = make_url("sqlite:///shelves.db")
with migration_engine(url).begin() as connection:
    connection.execute(text("CREATE TABLE users (id VARCHAR PRIMARY KEY)"))
upgrade(url)
with migration_engine(url).connect() as connection:
    print(differences(connection))
"""


class Step(NamedTuple):
    file: str
    language: str
    text: str

    def apply(self, folder: Path) -> None:
        file = folder / re.sub(r"_00(\d\d)_", lambda match: f"_00{int(match[1]) + OFFSET}_", self.file)
        file.parent.mkdir(parents=True, exist_ok=True)
        if self.language == "diff":
            file.write_text(insert(file.read_text(), self.text))
        else:
            file.write_text(re.sub(r'"00(\d\d)"', lambda match: f'"00{int(match[1]) + OFFSET}"', self.text))


def insert(text: str, diff: str) -> str:
    """Insert each line that begins with `+` behind the diff's line above it, or the first before the line below."""
    anchor, first = "", ""
    for line in diff.splitlines():
        if not line.startswith("+"):
            anchor = line[1:]
            text, first = replaced(text, anchor, first + anchor) if first else text, ""
        elif anchor:
            text = replaced(text, anchor, f"{anchor}\n{line[1:]}")
        else:
            first += f"{line[1:]}\n"
    return text


def replaced(text: str, line: str, lines: str) -> str:
    assert text.count(f"{line}\n") == 1, f"{line!r} is not in the file once"
    return text.replace(f"{line}\n", f"{lines}\n")


def steps(section: str) -> list[Step]:
    text = PAGE[PAGE.index(f"## {section}\n") :]
    following = text.find("\n## ", 1)
    return [Step(*found.groups()) for found in BLOCK.finditer(text[:following])]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "daybook"
    folder.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("node_modules"))
        else:
            shutil.copy(source, folder)
    (folder / "auth").symlink_to(ROOT / "auth")
    if (ROOT / ".mypy_cache").is_dir():
        # Where the types of the project are checked already, only those of the noun are left.
        shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")
    return folder


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def require_routes(folder: Path) -> int:
    """Ask the questions of every route of shelves, on SQLite; how many there were."""
    run = python(
        folder, "-m", "pytest", "tests/routes", "-n0", "-p", "no:cacheprovider", "-k", "shelves and not postgresql"
    )
    assert run.returncode == 0, run.stdout[-3000:]
    return run.stdout.count(".")


def require_lint(folder: Path) -> None:
    """What `make check` asks of the new files."""
    for command in (
        ("ruff", "check", "--no-cache", "web", "alembic", "tests/records.py"),
        ("ruff", "format", "--check", "--no-cache", "web", "alembic", "tests/records.py"),
        ("mypy", "web/controllers/shelves.py", "web/controllers/api/shelves.py"),
        ("djlint", "--lint", "--quiet", "templates"),
    ):
        run = python(folder, "-m", *command)
        assert run.returncode == 0, run.stdout


def test_a_noun_and_then_a_column_are_added_as_the_page_says(copy: Path) -> None:
    noun, column = steps("The noun"), steps("A column")
    assert (len(noun), len(column)) == (11, 4)

    for step in noun:
        step.apply(copy)

    require_lint(copy)
    assert require_routes(copy) > 30
    assert python(copy, "-c", DRIFT).stdout == "[]\n"

    (copy / "shelves.db").unlink()
    for step in column:
        step.apply(copy)

    require_lint(copy)
    assert require_routes(copy) > 30
    assert python(copy, "-c", DRIFT).stdout == "[]\n"
