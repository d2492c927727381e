"""Migrations on both databases: there and back, all at once, and the same as the models."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, inspect, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from tests.conftest import settings_for
from tests.factories import Factory
from tests.servers.postgres import fresh_database
from web.database import Database
from web.models.task import Task
from web.schema.migrating import BETTER_AUTH_TABLES, metadata, migrate, migrating, what_is_wrong
from web.settings import ROOT, Settings


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Settings]:
    """Settings for a database that holds nothing yet."""
    if request.param == "sqlite":
        yield settings_for(f"sqlite:///{tmp_path}/daybook.db")
    else:
        with fresh_database(request.getfixturevalue("postgres")) as url:
            yield settings_for(url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    database = Database(settings.database_url)
    yield database.engine
    database.close()


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_heads()) == 1


def test_up_down_and_up_again(settings: Settings, engine: Engine) -> None:
    migrate(settings)
    config = Config(ROOT / "alembic.ini")
    with migrating(settings.database_url) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    assert set(inspect(engine).get_table_names()) == {*BETTER_AUTH_TABLES, "alembic_version"}
    assert "run `daybook migrate`" in (what_is_wrong(engine) or "")

    migrate(settings)
    assert what_is_wrong(engine) is None


def test_twice_is_no_news(settings: Settings, engine: Engine) -> None:
    migrate(settings)
    migrate(settings)

    assert what_is_wrong(engine) is None


def test_several_at_once_wait_for_each_other(settings: Settings, engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migrate(settings), range(4)))

    assert what_is_wrong(engine) is None


def test_the_models_and_the_migrated_database_are_the_same(database: Database) -> None:
    def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        return not (kind == "table" and name in BETTER_AUTH_TABLES)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_checks_and_their_names_are_the_same_too(database: Database) -> None:
    table = Task.__table__  # type: ignore[attr-defined]
    written = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}

    stored = {check["name"] for check in inspect(database.engine).get_check_constraints("tasks")}

    assert stored == written
    assert all(constraint.name for constraint in table.constraints)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "ck_tasks_title_"),
        ({"title": "   "}, "ck_tasks_title_not_blank"),
        ({"title": "x" * 201}, "ck_tasks_title_length|too long for type"),
        ({"description": "x" * 1001}, "ck_tasks_description_length"),
        ({"version": 0}, "ck_tasks_version_positive"),
        ({"user_id": "nobody"}, "(?i)foreign key"),
        ({"title": None}, "(?i)not[ -]null"),
    ],
)
def test_the_database_holds_the_rules_too(
    database: Database, make: Factory, values: dict[str, object], words: str
) -> None:
    task = make.task(make.person(), "😀" * 150)
    change = update(Task).where(col(Task.id) == task.id).values(values)

    with pytest.raises(DBAPIError, match=words), database.transaction() as session:
        session.connection().execute(change)
