"""What docs/database.md shows works as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from click.testing import CliRunner
from sqlalchemy import inspect

from tests.schema.conftest import Fresh, looking
from web.cli import main
from web.models.task import Task
from web.schema.drift import parts
from web.schema.migrate import configuration, downgrade, upgrade
from web.schema.revision import database_problem, head
from web.settings import ROOT

PAGE = (ROOT / "docs" / "database.md").read_text()
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
SHELL = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
MIGRATIONS = [block for block in PYTHON if "def upgrade()" in block]


@pytest.fixture
def shown(tmp_path: Path) -> Config:
    """Our revisions, and those of the page after them."""
    folder = tmp_path / "versions"
    folder.mkdir()
    for number, block in enumerate(MIGRATIONS):
        (folder / f"shown_{number}.py").write_text(after_head(block))
    config = configuration()
    config.set_main_option("version_locations", f"{ROOT / 'alembic' / 'versions'}:{folder}")
    return config


def after_head(migration: str) -> str:
    """The page's first migration follows its revision 0010; here it follows the head, whatever that is."""
    return re.sub(
        r'"(00\d\d)"', lambda number: f'"{head() if number[1] == "0010" else f"shown{number[1]}"}"', migration
    )


def test_the_migrations_go_up_down_and_up(fresh: Fresh, shown: Config) -> None:
    settings = fresh()
    upgrade(settings.database_url)
    with looking(settings) as connection:
        before = parts(connection, ["tasks"])

    upgrade(settings.database_url, shown)
    with looking(settings) as connection:
        names = {column["name"] for column in inspect(connection).get_columns("tasks")}
    downgrade(settings.database_url, f"-{len(MIGRATIONS)}", shown)

    assert len(MIGRATIONS) == 3
    assert {"due_on", "priority"} <= names
    with looking(settings) as connection:
        assert parts(connection, ["tasks"]) == before
        assert database_problem(connection.engine) is None


def test_the_models_and_queries_run() -> None:
    program = "\n\n".join(block for block in PYTHON if block not in MIGRATIONS)

    run = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr


def test_the_commands_exist() -> None:
    lines = [line.partition("#")[0].split() for block in SHELL for line in block.splitlines()]
    ours = [words[1:] for words in lines if words[0] == "daybook"]

    assert len(ours) == 4
    for words in ours:
        assert CliRunner().invoke(main, [*words, "--help"]).exit_code == 0


def test_everything_the_database_holds_is_on_the_page(fresh: Fresh) -> None:
    settings = fresh()
    upgrade(settings.database_url)
    with looking(settings) as connection:
        found = parts(connection, ["tasks", "task_counts"])

    names = {name.partition(".")[2] for name in found}
    written = re.sub(r"`ck_tasks_…_is_text`, `…_is_integer`, `…_is_timestamp`", "", PAGE)
    missing = {name for name in names if name not in written and not re.search(r"_is_(text|integer|timestamp)$", name)}
    assert missing == set()
    assert all(name in PAGE for name in Task.model_fields)
