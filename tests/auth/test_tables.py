"""The models map every table of Better Auth correctly: its patch releases have changed them before."""

import pytest
from sqlalchemy import inspect
from sqlmodel import SQLModel

from web.db import search_sqlite
from web.db.database import Database
from web.models.user import Account, AuthSession, User
from web.schema.better_auth import pending_in_better_auth
from web.schema.migrate import BETTER_AUTH_TABLES, metadata
from web.settings import Settings


@pytest.mark.parametrize("model", [User, AuthSession, Account])
def test_every_mapped_column_exists(database: Database, model: type[SQLModel]) -> None:
    table = model.__table__  # type: ignore[attr-defined]
    stored = {column["name"]: column for column in inspect(database.engine).get_columns(table.name)}

    for column in table.columns:
        assert column.name in stored
        assert column.primary_key or column.nullable == stored[column.name]["nullable"], column


def test_there_are_no_other_tables_and_no_pending_changes(database: Database, migrated: Settings) -> None:
    ours = {*metadata.tables, "alembic_version"}
    if database.engine.name == "sqlite" and search_sqlite.has_trigrams():
        ours |= {search_sqlite.TABLE, *search_sqlite.SHADOW_TABLES}

    assert set(inspect(database.engine).get_table_names()) == {*BETTER_AUTH_TABLES, *ours}
    assert pending_in_better_auth(database_url=migrated.node_database_url()) == []
