"""The examples in docs/database.md work as printed."""

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
    """Daybook's revisions, followed by those of the page, renumbered to come after the latest one."""
    folder = tmp_path / "versions"
    folder.mkdir()
    offset = int(head()) - int(re.findall(r'down_revision = "(\d+)"', MIGRATIONS[0])[0])
    for number, block in enumerate(MIGRATIONS):
        renumbered = re.sub(r'"(\d{4})"', lambda match: f'"{int(match[1]) + offset:04}"', block)
        (folder / f"shown_{number}.py").write_text(renumbered)
    config = configuration()
    config.set_main_option("version_locations", f"{ROOT / 'alembic' / 'versions'}:{folder}")
    return config


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
    assert {"weight", "energy"} <= names
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


def test_every_part_of_the_schema_is_on_the_page(fresh: Fresh) -> None:
    settings = fresh()
    upgrade(settings.database_url)
    with looking(settings) as connection:
        found = parts(connection, ["tasks", "task_counts"])

    names = {name.partition(".")[2] for name in found}
    written = re.sub(r"`ck_tasks_…_is_text`, `…_is_integer`, `…_is_timestamp`", "", PAGE)
    missing = {name for name in names if name not in written and not re.search(r"_is_(text|integer|timestamp)$", name)}
    assert missing == set()
    assert all(name in PAGE for name in Task.model_fields)
