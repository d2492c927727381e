"""`--database`, where Alembic does not look: conditions, defaults, triggers, names; for us and for other projects."""

from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from environments import HERE
from examinations import create_tables, creation_error, examined, short
from model_doctor.database.meaning import Trigger, trigger_meaning
from test_corpus import CORRECT

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
    Column("place", String(10, collation="{collation}"), nullable=False, server_default="a"),
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
    place VARCHAR(10) COLLATE "{collation}" DEFAULT 'a' NOT NULL,
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
        {"id": "INTEGER PRIMARY KEY NOT NULL", "moment": "DATETIME", "collation": "BINARY"},
        "CREATE TRIGGER tr_things AFTER INSERT ON things BEGIN SELECT 1; END;",
    ),
    "postgresql": (
        {"id": "SERIAL PRIMARY KEY", "moment": "TIMESTAMPTZ", "collation": "C"},
        """CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
           CREATE TRIGGER tr_things BEFORE INSERT ON things EXECUTE FUNCTION nothing();""",
    ),
}


def differences(folder: Path, url: URL, *changes: tuple[str, str]) -> list[str]:
    """The differences of a database that has changed since it was created."""
    words, more = DIALECTS[url.get_backend_name()]
    script = THERE.format(**words) + more
    for here, there in changes:
        assert here in script
        script = script.replace(here, there)
    connection = create_engine(url).raw_connection()
    if url.drivername == "sqlite":
        connection.driver_connection.executescript(script)  # type: ignore[union-attr]
    else:
        connection.cursor().execute(script)
    connection.commit()
    connection.close()
    (folder / "models.py").write_text(MODELS.replace("{collation}", words["collation"]))
    report = examined(folder, "models", database=url)
    assert report.unreadable == []
    return [finding.message for finding in report.findings if finding.code == "database-differs"]


def test_the_same_in_other_words_is_no_finding(tmp_path: Path, database_url: URL) -> None:
    assert differences(tmp_path, database_url) == []


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
    tmp_path: Path, database_url: URL, here: str, there: str, words: str
) -> None:
    said = differences(tmp_path, database_url, (here, there))

    assert any(words in one for one in said), said


# They have types of particular databases in them.
NOT_ON = {
    "sqlite": {"columns", "mysql_only", "postgresql_domains", "postgresql_only"},
    "postgresql": {"columns", "mysql_only"},
}


CREATED = [(database, module) for database, others in NOT_ON.items() for module in CORRECT if module not in others]


@pytest.mark.parametrize(("database_url", "module"), CREATED, indirect=["database_url"])
def test_tables_as_sqlalchemy_makes_them_do_not_differ(database_url: URL, module: str) -> None:
    create_tables(HERE / "corpus", module, database_url)

    report = examined(HERE / "corpus", module, database=database_url)

    assert (report.findings, report.unreadable) == ([], []), short(report)


@pytest.mark.parametrize(
    ("database_url", "fault", "words"),
    [
        ("sqlite", "index_name_twice", "index ix_parcel already exists"),
        ("sqlite", "index_named_as_something_else", "there is already a table named buyer"),
        ("postgresql", "index_name_twice", 'relation "ix_parcel" already exists'),
        ("postgresql", "index_named_as_something_else", 'relation "uq_number" already exists'),
        ("postgresql", "target_not_unique", "there is no unique constraint matching given keys"),
        ("postgresql", "another_type", "cannot be implemented"),
    ],
    indirect=["database_url"],
)
def test_tables_that_cannot_be_created_really_cannot(database_url: URL, fault: str, words: str) -> None:
    assert words in creation_error(HERE / "faults", fault, database_url)


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
    with create_engine(make_url(postgres).set(drivername="postgresql+psycopg2")).connect() as connection:
        meant = [trigger_meaning(connection, Trigger("t", "x", f"CREATE TRIGGER x {words}")) for words in (one, other)]

    assert (meant[0] == meant[1]) is same, meant
