"""`daybook import` and `daybook export` as real processes."""

import json
from pathlib import Path

from sqlalchemy import make_url

from tests.factories import Factory
from tests.formats.files import CASES
from tests.server.command import daybook
from tests.server.conftest import MigratedEnvironment
from web.db.database import Database


def test_a_file_goes_in_and_comes_out(migrated_environment: MigratedEnvironment, tmp_path: Path) -> None:
    env = migrated_environment()
    make = Factory(Database(make_url(env["DATABASE_URL"])))
    ada, bob = (make.user(name).email for name in ("Ada", "Bob"))
    file, out = str(CASES / "Work [2204].csv"), str(tmp_path / "out.json")

    looked = daybook("import", env, file, "--user", ada, "--check")
    first, second = (daybook("import", env, file, "--user", ada) for _ in range(2))
    exported = daybook("export", env, "--user", ada, "--output", out)
    copied = daybook("import", env, out, "--user", bob)
    printed = daybook("export", env, "--user", bob)

    assert (looked.returncode, "Imported" in looked.stdout) == (0, False)
    assert looked.stdout.startswith("Todoist: ")
    assert "due date kept in 1 (line 11): This date is in words that Daybook does not read." in first.stdout
    assert first.stdout.splitlines()[-1] == "Imported 5 of 5 tasks; 0 were there already."
    assert second.stdout.splitlines()[-1] == "Imported 0 of 5 tasks; 5 were there already."
    assert (exported.returncode, exported.stdout, copied.returncode) == (0, "", 0)
    assert json.loads(printed.stdout)["tasks"] == json.loads(Path(out).read_text())["tasks"]


def test_the_columns_of_a_table_are_chosen(migrated_environment: MigratedEnvironment, tmp_path: Path) -> None:
    env = migrated_environment()
    ada = Factory(Database(make_url(env["DATABASE_URL"]))).user("Ada").email
    table = tmp_path / "garden.csv"
    table.write_text("Was;Wann\nMow the lawn;2099-03-02\n")

    unknown = daybook("import", env, str(table), "--user", ada, "--column", "Titel=title")
    imported = daybook("import", env, str(table), "--user", ada, "--column", "Was=title", "--column", "2=due")

    assert (unknown.returncode, unknown.stderr) == (2, "Error: The file has no column “Titel”; it has was, wann.\n")
    assert imported.stdout.endswith("Imported 1 of 1 tasks; 0 were there already.\n")


def test_what_cannot_be_done_is_one_sentence(migrated_environment: MigratedEnvironment, tmp_path: Path) -> None:
    env = migrated_environment()
    ada = Factory(Database(make_url(env["DATABASE_URL"]))).user("Ada").email
    latin = tmp_path / "latin.csv"
    latin.write_bytes("Title\nGrün\n".encode("windows-1252"))

    unreadable = daybook("import", env, str(latin), "--user", ada)
    readable = daybook("import", env, str(latin), "--user", ada, "--encoding", "windows-1252")
    unknown = daybook("export", env, "--user", "none@example.com")

    assert unreadable.returncode == unknown.returncode == 1
    assert "Line 2: This file is not in UTF-8." in unreadable.stderr
    assert unknown.stderr == "Error: No user has the email address none@example.com.\n"
    assert readable.stdout.endswith("Imported 1 of 1 tasks; 0 were there already.\n")
