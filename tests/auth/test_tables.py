"""Better Auth's tables are as we read them: its patch releases have changed them before."""

import pytest
from sqlalchemy import inspect
from sqlmodel import SQLModel

from web.db import search_sqlite
from web.db.database import Database
from web.models.user import Account, AuthSession, User
from web.schema.better_auth import pending_in_better_auth
from web.schema.migrate import BETTER_AUTH_TABLES
from web.settings import Settings


@pytest.mark.parametrize("model", [User, AuthSession, Account])
def test_every_column_that_we_map_is_there(database: Database, model: type[SQLModel]) -> None:
    table = model.__table__  # type: ignore[attr-defined]
    stored = {column["name"]: column for column in inspect(database.engine).get_columns(table.name)}

    for column in table.columns:
        assert column.name in stored
        assert column.primary_key or column.nullable == stored[column.name]["nullable"], column


def test_there_are_no_others_and_none_to_make(database: Database, migrated: Settings) -> None:
    ours = {*SQLModel.metadata.tables, "alembic_version"}
    if database.engine.name == "sqlite" and search_sqlite.has_trigrams():
        ours |= {search_sqlite.TABLE, *search_sqlite.SHADOW_TABLES}

    assert set(inspect(database.engine).get_table_names()) == {*BETTER_AUTH_TABLES, *ours}
    assert pending_in_better_auth(database_url=migrated.node_database_url()) == []
