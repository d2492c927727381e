"""What the database holds about a task by itself, whoever writes to it.

`docs/database.md` tells why. A change here needs a migration; `web.schema.drift` compares the two.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import DDL, CheckConstraint, column, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 1000

# To the millisecond, which is all that SQLite's clock has.
SQLITE_NOW = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"

# Unicode's white space, and what draws nothing between letters: zero-width marks, direction marks, blank letters.
_RANGES = (
    *((0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0xAD, 0xAD), (0x034F, 0x034F), (0x061C, 0x061C)),
    *((0x115F, 0x1160), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x2064)),
    *((0x2066, 0x206F), (0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
)
BLANK_CHARACTERS = "".join(chr(code) for first, last in _RANGES for code in range(first, last + 1))


class _SqlOf(FunctionElement[str]):
    """An expression that the two databases spell differently."""

    type = String()
    inherit_cache = True


class blank_characters(_SqlOf):  # noqa: N801, named as the SQL function that it is
    """`BLANK_CHARACTERS`, spelled so that the schema stays readable."""


class random_op(_SqlOf):  # noqa: N801
    """An `op` for a row that no form made."""


class utc_now_sql(_SqlOf):  # noqa: N801
    """This timestamp, as the column's type keeps it."""


@compiles(blank_characters, "sqlite")
def _blank_characters_sqlite(element: blank_characters, compiler: SQLCompiler, **options: Any) -> str:
    return f"char({', '.join(str(ord(letter)) for letter in BLANK_CHARACTERS)})"


@compiles(blank_characters, "postgresql")
def _blank_characters_postgresql(element: blank_characters, compiler: SQLCompiler, **options: Any) -> str:
    return "E'" + "".join(f"\\u{ord(letter):04X}" for letter in BLANK_CHARACTERS) + "'"


@compiles(random_op, "sqlite")
def _random_op_sqlite(element: random_op, compiler: SQLCompiler, **options: Any) -> str:
    return "(hex(randomblob(16)))"


@compiles(random_op, "postgresql")
def _random_op_postgresql(element: random_op, compiler: SQLCompiler, **options: Any) -> str:
    return "gen_random_uuid()"


@compiles(utc_now_sql, "sqlite")
def _moment_now_sqlite(element: utc_now_sql, compiler: SQLCompiler, **options: Any) -> str:
    return f"({SQLITE_NOW})"


@compiles(utc_now_sql, "postgresql")
def _moment_now_postgresql(element: utc_now_sql, compiler: SQLCompiler, **options: Any) -> str:
    return "CURRENT_TIMESTAMP"


def checks() -> tuple[Any, ...]:
    """Every CHECK of `tasks`. On SQLite also those that PostgreSQL's types make needless."""
    return (
        CheckConstraint(f"length(title) BETWEEN 1 AND {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(func.trim(column("title"), blank_characters()) != "", name="title_not_blank"),
        CheckConstraint(f"length(description) <= {DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint("completed IN (FALSE, TRUE)", name="completed_true_or_false"),
        CheckConstraint("version >= 1", name="version_positive"),
        # SQLite's length() stops at a NUL, and counts the bytes of what is no text.
        _on_sqlite("title_is_text", _is_text("title")),
        _on_sqlite("description_is_text", f"description IS NULL OR {_is_text('description')}"),
        _on_sqlite("version_is_integer", "typeof(version) = 'integer'"),
        *(_on_sqlite(f"{name}_is_moment", _is_moment(name)) for name in ("created_at", "updated_at", "deleted_at")),
    )


def triggers() -> Sequence[DDL]:
    """What makes the triggers of `tasks`, one statement each, each for its database."""
    return statements(TRIGGERS)


def extensions() -> Sequence[DDL]:
    """What the search index is made with, each in PostgreSQL's own distribution."""
    return statements({"postgresql": [f"CREATE EXTENSION IF NOT EXISTS {name}" for name in ("pg_trgm", "btree_gin")]})


def statements(by_dialect: Mapping[str, Sequence[str]]) -> Sequence[DDL]:
    """Statements that follow `create_all`, each for its database."""
    return [
        DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
        for dialect, written in by_dialect.items()
        for statement in written
    ]


def _on_sqlite(name: str, condition: str) -> Any:
    return CheckConstraint(condition, name=name).ddl_if(dialect="sqlite")


def _is_text(name: str) -> str:
    return f"typeof({name}) = 'text' AND instr({name}, char(0)) = 0"


def _is_moment(name: str) -> str:
    # As web.domain.timestamps.iso writes it. `+0 days` turns a 30 February into the 2 March that it is not.
    second = f"substr({name}, 1, 19)"
    return (
        f"strftime('%Y-%m-%dT%H:%M:%S', {second}, '+0 days') IS {second} AND substr({name}, 20) GLOB '.{'[0-9]' * 6}Z'"
    )


# Whatever counts as a change of the task. Putting it aside (deleted_at) is none: restored, it has everything it had.
_CONTENT = ("id", "user_id", "title", "description", "completed", "version", "op")
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _CONTENT) for row in ("OLD", "NEW"))
_LATER_SQLITE = "strftime('%Y-%m-%dT%H:%M:%f', OLD.updated_at, '+0.001 seconds') || '000Z'"

TRIGGERS = {
    "sqlite": [
        """CREATE TRIGGER tr_tasks_created_at_stays BEFORE UPDATE OF created_at ON tasks
WHEN NEW.created_at IS NOT OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'created_at cannot change');
END""",
        """CREATE TRIGGER tr_tasks_updated_at_never_back BEFORE UPDATE OF updated_at ON tasks
WHEN NEW.updated_at < OLD.updated_at
BEGIN
    SELECT RAISE(ABORT, 'updated_at cannot go back; left alone, it moves by itself');
END""",
        f"""CREATE TRIGGER tr_tasks_updated_at_moves AFTER UPDATE ON tasks
WHEN NEW.updated_at = OLD.updated_at AND ({_NEW}) IS NOT ({_OLD})
BEGIN
    UPDATE tasks SET updated_at = max({SQLITE_NOW}, {_LATER_SQLITE}) WHERE id = NEW.id;
END""",  # noqa: S608, no value in it
    ],
    "postgresql": [
        """CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
END $$""",
        """CREATE FUNCTION move_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := greatest(clock_timestamp(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END $$""",
        """CREATE TRIGGER tr_tasks_created_at_stays BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.created_at <> OLD.created_at)
EXECUTE FUNCTION refuse_update('created_at cannot change')""",
        """CREATE TRIGGER tr_tasks_updated_at_never_back BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.updated_at < OLD.updated_at)
EXECUTE FUNCTION refuse_update('updated_at cannot go back; left alone, it moves by itself')""",
        f"""CREATE TRIGGER tr_tasks_updated_at_moves BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.updated_at = OLD.updated_at AND ({_NEW}) IS DISTINCT FROM ({_OLD}))
EXECUTE FUNCTION move_updated_at()""",
    ],
}
