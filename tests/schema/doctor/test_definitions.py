"""`--database`, where Alembic does not look: conditions, defaults, triggers, names; for us and for other projects."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from web.schema.locking import migration_engine

from tests.schema.doctor.process import HERE, examined, in_a_process, make_tables
from tests.schema.doctor.test_cli import doctor
from tests.schema.doctor.test_corpus import CORRECT
from tests.schema.test_drift import BY_HAND, change_by_hand
from web.schema.doctor.meaning import Trigger, trigger_meaning
from web.settings import ROOT, Settings, normalised

MODELS = """
from sqlalchemy import (
    CheckConstraint, Column, DateTime, FetchedValue, ForeignKey, Index, Integer, MetaData, String, Table, func, text
)

metadata = MetaData()
kinds = Table("Kinds", metadata, Column("id", Integer, primary_key=True))
things = Table(
    "things",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("size", Integer, CheckConstraint("size > 0", name="size_positive"), nullable=False, server_default="1"),
    Column("name", String(10), nullable=False, server_default=text("'plain'")),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("stamp", Integer, nullable=False, server_default=FetchedValue()),
    Column("note", String(10), server_default=text("NULL")),
    Column("kind_id", ForeignKey("Kinds.id")),
    CheckConstraint("name IN ('plain', 'odd')"),
    CheckConstraint("name LIKE '%o%' OR size BETWEEN 1 AND 5", name="Mixed_Name"),
    Index("ix_things_large", "name", postgresql_where=text("size > 3"), sqlite_where=text("size > 3")),
)
"""
# The same in other words, and what a project may keep out of its models.
THERE = """
CREATE TABLE "Kinds" (id {id});
CREATE TABLE things (
    id {id},
    size INTEGER DEFAULT (1) NOT NULL CONSTRAINT size_positive CHECK (size>0),
    name VARCHAR(10) DEFAULT 'plain' NOT NULL,
    at {moment} DEFAULT CURRENT_TIMESTAMP NOT NULL,
    stamp INTEGER DEFAULT 7 NOT NULL,
    note VARCHAR(10),
    kind_id INTEGER REFERENCES "Kinds" (id),
    CHECK (name IN ('plain','odd')),
    CONSTRAINT "Mixed_Name" CHECK ("name" LIKE '%o%' OR size BETWEEN 1 AND 5)
);
CREATE INDEX ix_things_large ON things (name) WHERE (size) > 3;
"""
DIALECTS = {
    "sqlite": (
        {"id": "INTEGER PRIMARY KEY NOT NULL", "moment": "DATETIME"},
        "CREATE TRIGGER tr_things AFTER INSERT ON things BEGIN SELECT 1; END;",
    ),
    "postgresql": (
        {"id": "SERIAL PRIMARY KEY", "moment": "TIMESTAMPTZ"},
        """CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
           CREATE TRIGGER tr_things BEFORE INSERT ON things EXECUTE FUNCTION nothing();""",
    ),
}


def told(folder: Path, settings: Settings, *changes: tuple[str, str]) -> list[str]:
    """What is said of a database of another project, which has changed since."""
    words, more = DIALECTS[settings.database_url.get_backend_name()]
    script = THERE.format(**words) + more
    for here, there in changes:
        assert here in script
        script = script.replace(here, there)
    connection = migration_engine(settings.database_url).raw_connection()
    if settings.database_url.drivername == "sqlite":
        connection.driver_connection.executescript(script)  # type: ignore[union-attr]
    else:
        connection.cursor().execute(script)
    connection.commit()
    connection.close()
    (folder / "models.py").write_text(MODELS)
    report = examined(folder, "models", database=settings.database_url)
    assert report.unreadable == []
    return [finding.wrong for finding in report.findings if finding.code == "database-differs"]


def test_the_same_in_other_words_is_no_finding(tmp_path: Path, settings: Settings) -> None:
    assert told(tmp_path, settings) == []


@pytest.mark.parametrize(
    ("here", "there", "words"),
    [
        (
            "CHECK (size>0)",
            "CHECK (size>1)",
            "in the database and 'size > 0' here",
        ),
        ("CHECK (name IN ('plain','odd'))", "CHECK (name <> '')", "the CHECK name IN ('plain', 'odd') is missing"),
        ("LIKE '%o%'", "LIKE '%p%'", "the CHECK Mixed_Name is"),
        ("DEFAULT (1)", "DEFAULT 2", "things.size: the default is 2 in the database and '1' here"),
        ("DEFAULT 'plain'", "", "things.name: the default is nothing in the database and 'plain' here"),
        ("note VARCHAR(10)", "note VARCHAR(10) DEFAULT 'x'", "in the database and nothing here"),
        ("(size) > 3", "size > 4", "the index ix_things_large is where "),
        (" WHERE (size) > 3", "", "the index ix_things_large is of all rows in the database and where size > 3 here"),
    ],
)
def test_what_means_something_else_is_told(
    tmp_path: Path, settings: Settings, here: str, there: str, words: str
) -> None:
    said = told(tmp_path, settings, (here, there))

    assert any(words in one for one in said), said


# It has types of three databases in it.
MADE_NOWHERE = "columns"


@pytest.mark.parametrize("module", [module for module in CORRECT if module != MADE_NOWHERE])
def test_tables_as_sqlalchemy_makes_them_do_not_differ(settings: Settings, module: str) -> None:
    in_a_process(make_tables, HERE / "corpus", module, settings.database_url)

    report = examined(HERE / "corpus", module, database=settings.database_url)

    assert (report.findings, report.unreadable) == ([], []), report.as_text()


@pytest.mark.parametrize("what", BY_HAND)
def test_what_drift_finds_the_doctor_finds(at_head: Settings, what: str) -> None:
    change_by_hand(at_head, what)

    answer = doctor(ROOT, "--database", DATABASE_URL=at_head.database_url.render_as_string(hide_password=False))

    assert answer.returncode == 1, answer.stdout + answer.stderr
    named = BY_HAND[what][1].rpartition(".")[2]
    assert named in answer.stdout, answer.stdout


def test_looking_changes_nothing(at_head: Settings) -> None:
    with only_looking(at_head) as address:
        answer = doctor(ROOT, "--database", DATABASE_URL=address)

    assert answer.returncode == 0, answer.stdout + answer.stderr


@contextmanager
def only_looking(settings: Settings) -> Iterator[str]:
    """Where nothing can be changed: a role that may do no more than SELECT, a file that has to stay as it is."""
    if settings.database_url.drivername == "sqlite":
        before = Path(str(settings.database_url.database)).read_bytes()
        yield settings.node_database_url()
        assert Path(str(settings.database_url.database)).read_bytes() == before
        return
    role, engine = f"reader_{uuid4().hex}", migration_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'looking'"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    yield settings.database_url.set(username=role, password="looking").render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("AFTER INSERT ON t EXECUTE FUNCTION f()", "after insert on t for each statement execute procedure f()", True),
        (
            "AFTER INSERT OR DELETE ON t EXECUTE FUNCTION f()",
            "AFTER DELETE OR INSERT ON t EXECUTE FUNCTION s.f()",
            True,
        ),
        ("AFTER INSERT ON t EXECUTE FUNCTION f()", "AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", False),
        ("AFTER INSERT ON t EXECUTE FUNCTION f()", "BEFORE INSERT ON t EXECUTE FUNCTION f()", False),
        ("AFTER INSERT ON t EXECUTE FUNCTION f('a')", "AFTER INSERT ON t EXECUTE FUNCTION f('b')", False),
        (
            "AFTER INSERT ON t REFERENCING NEW TABLE AS rows EXECUTE FUNCTION f()",
            "AFTER INSERT ON t REFERENCING NEW TABLE AS more_rows FOR EACH STATEMENT EXECUTE FUNCTION f()",
            False,
        ),
    ],
)
def test_a_trigger_means_when_it_runs_and_what(postgres: str, one: str, other: str, same: bool) -> None:
    with migration_engine(normalised(make_url(postgres))).connect() as connection:
        meant = [trigger_meaning(connection, Trigger("t", "x", f"CREATE TRIGGER x {words}")) for words in (one, other)]

    assert (meant[0] == meant[1]) is same, meant


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DROP INDEX ix_tasks_user_id_title_id", "the index ix_tasks_user_id_title_id is missing in the database"),
        ("CREATE INDEX ix_more ON tasks (lower(op))", "the database has the index ix_more, and the model does not"),
    ],
)
@pytest.mark.parametrize("with_people", ["postgresql"], indirect=True, scope="session")
def test_indexes_on_expressions_are_known_by_name(at_head: Settings, statement: str, words: str) -> None:
    with migration_engine(at_head.database_url).begin() as connection:
        connection.exec_driver_sql(statement)

    answer = doctor(ROOT, "--database", DATABASE_URL=at_head.database_url.render_as_string(hide_password=False))

    assert answer.returncode == 1
    assert words in " ".join(answer.stdout.split())
