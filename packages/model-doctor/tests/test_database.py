"""`--database URL`: the models beside a database."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from examinations import examined, short
from model_doctor.findings import Report
from test_cli import doctor

MODELS = """
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, Table

metadata = MetaData(info={"owners": {"theirs": "another program"}})
users = Table("users", metadata, Column("id", Integer, primary_key=True), info={"owner": "another program"})
tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id", name="fk_tasks_users", ondelete="CASCADE"), nullable=False),
    CheckConstraint("title <> ''", name="ck_tasks_title"),
    Index("ix_tasks_user_id", "user_id"),
)
notes = Table("notes", metadata, Column("id", Integer, primary_key=True))
"""
THE_SAME = [
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE theirs (id INTEGER PRIMARY KEY)",
    "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY)",
    """CREATE TABLE tasks (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(200) NOT NULL, user_id INTEGER NOT NULL,
       CONSTRAINT fk_tasks_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
       CONSTRAINT ck_tasks_title CHECK (title <> ''))""",
    "CREATE INDEX ix_tasks_user_id ON tasks (user_id)",
]


def compared(folder: Path, *changes: tuple[str, str]) -> Report:
    """The report on a database that is the same, but for what is written in another way in it."""
    (folder / "models.py").write_text(MODELS)
    script = ";".join(THE_SAME)
    for here, there in changes:
        assert here in script
        script = script.replace(here, there)
    url = make_url(f"sqlite:///{folder}/some.db")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in filter(str.strip, script.split(";")):
            connection.exec_driver_sql(statement)
    engine.dispose()
    return examined(folder, "models", database=url)


def test_the_same_is_no_finding(tmp_path: Path) -> None:
    report = compared(tmp_path)

    assert (report.findings, report.unreadable) == ([], []), short(report)


@pytest.mark.parametrize(
    ("here", "there", "line", "name", "words"),
    [
        ("VARCHAR(200)", "VARCHAR(100)", 10, "tasks.title", "tasks: type is VARCHAR(length=100) in the database and"),
        ("VARCHAR(200) NOT NULL", "VARCHAR(200)", 10, "tasks.title", "nullable is True in the database and False here"),
        (
            "title VARCHAR(200) NOT NULL,",
            "title VARCHAR(200) NOT NULL, old TEXT,",
            6,
            "tasks.old",
            "the model does not",
        ),
        ("CONSTRAINT ck_tasks_title CHECK (title <> '')", "CHECK (title <> '')", 6, "tasks", "CHECK ck_tasks_title is"),
        ("ck_tasks_title", "ck_tasks_old", 6, "tasks", "the database has the CHECK ck_tasks_old"),
        (" ON DELETE CASCADE", "", 6, "tasks", "the foreign key is missing in the database, or differs"),
        (
            "CREATE INDEX ix_tasks_user_id ON tasks (user_id)",
            "",
            6,
            "tasks",
            "index is missing in the database (ix_tasks",
        ),
        ("CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY)", "", 15, "notes", "the table is missing"),
        ("CREATE TABLE theirs", "CREATE TABLE unheard_of", 0, "unheard_of", "the database has this table"),
    ],
)
def test_each_difference_is_told(tmp_path: Path, here: str, there: str, line: int, name: str, words: str) -> None:
    report = compared(tmp_path, (here, there))

    told = [(f.place.line, f.place.name) for f in report.findings if words in f.message]
    assert {finding.code for finding in report.findings} == {"database-differs"}
    assert told == [(line, name)], short(report)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(MODELS)

    answer = doctor(tmp_path, "models", "--database", f"sqlite:///{tmp_path}/none.db")

    assert answer.returncode == 2
    assert "there is no file" in answer.stdout
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.parametrize("url", ["postgresql://someone:hunter2@127.0.0.1:1/none", "mysql://someone:hunter2@x/none"])
def test_one_that_does_not_answer_is_told_without_its_password(tmp_path: Path, url: str) -> None:
    (tmp_path / "models.py").write_text(MODELS)

    answer = doctor(tmp_path, "models", "--database", url)

    assert answer.returncode == 2
    assert "hunter2" not in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
