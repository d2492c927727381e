"""`daybook import` and `daybook export` over the API of a running Daybook, and `reopen`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Owner
from tests.formats.files import CASES
from web.formats.table import FIELDS
from web.models.access_token import Scope
from web.transfers import COLUMN_FIELDS

TODOIST = str(CASES / "Work [2204].csv")


def titles(lines: list[str]) -> list[str]:
    return [line.split("\t")[2] for line in lines]


def test_a_file_goes_in_and_comes_out(ada: Owner, tmp_path: Path) -> None:
    looked = ada.terminal.lines("import", TODOIST, "--check")
    nothing_yet = ada.terminal.lines("list")
    first, second = (ada.terminal.lines("import", TODOIST) for _ in range(2))
    printed = ada.terminal.lines("export")
    ada.terminal.lines("export", "--format", "txt", "--output", str(tmp_path / "out.txt"))

    assert looked[0].startswith("Todoist: ")
    assert "due date kept in 1 (line 11): This date is in words that Daybook does not read." in looked
    assert nothing_yet == []
    assert first == [*looked, "Imported 5 of 5 tasks; 0 were there already."]
    assert second[-1] == "Imported 0 of 5 tasks; 5 were there already."
    assert "Write report" in titles(ada.terminal.lines("list"))
    assert len(json.loads("\n".join(printed))["tasks"]) == 5
    assert "Write report" in (tmp_path / "out.txt").read_text()
    # The second import, and then the first.
    for _ in range(2):
        ada.terminal.lines("undo")
    assert ada.terminal.lines("list") == []


def test_a_file_that_cannot_be_read_is_one_sentence(ada: Owner, tmp_path: Path) -> None:
    latin = tmp_path / "latin.csv"
    latin.write_bytes("Title\nGrün\n".encode("windows-1252"))

    refused = ada.terminal.run("import", str(latin))
    taken = ada.terminal.lines("import", str(latin), "--encoding", "windows-1252")
    # Those that were refused do not count among those that wait.
    more = [ada.terminal.run("import", str(latin)).exit_code for _ in range(3)]

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Line 2: This file is not in UTF-8." in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert taken[-1] == "Imported 1 of 1 tasks; 0 were there already."
    assert more == [1] * 3


def garden(tmp_path: Path) -> str:
    """A table whose columns have names that Daybook does not know."""
    file = tmp_path / "garden.csv"
    file.write_text("Was;Wann;Wo\nMow;2099-03-02;Lawn\n")
    return str(file)


@pytest.mark.parametrize("second", ["wann=due", "2=due"])
def test_the_columns_of_a_table_are_chosen(ada: Owner, tmp_path: Path, second: str) -> None:
    lines = ada.terminal.lines("import", garden(tmp_path), "--column", "Was=title", "--column", second)

    assert lines[-1] == "Imported 1 of 1 tasks; 0 were there already."
    assert [line.split("\t")[2:4] for line in ada.terminal.lines("list")] == [["Mow", "2099-03-02"]]
    assert json.loads("\n".join(ada.terminal.lines("export")))["tasks"][0]["kept"] == {"Wo": "Lawn"}


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (["Titel=title"], "The file has no column “Titel”; it has was, wann, wo."),
        (["Was=title", "1=due"], "Choose one field for each column."),
        (["Was=subject"], "write NAME=FIELD; a field is one of title, note,"),
        (["Was"], "write NAME=FIELD"),
        (["Was=title", "Wann=title"], "name each column and each field once."),
    ],
)
def test_a_column_that_is_not_there_is_wrong_usage(
    ada: Owner, tmp_path: Path, columns: list[str], sentence: str
) -> None:
    options = [part for column in columns for part in ("--column", column)]

    # More often than imports may wait: one that was refused is cancelled.
    refused = [ada.terminal.run("import", garden(tmp_path), *options) for _ in range(4)]

    assert {(one.exit_code, one.stdout) for one in refused} == {(2, "")}
    assert sentence in " ".join(refused[-1].stderr.split())


def test_the_fields_of_columns_are_those_of_tables() -> None:
    assert tuple(FIELDS) == COLUMN_FIELDS


def test_a_token_that_may_read_exports_and_imports_nothing(ada: Owner) -> None:
    ada.terminal.environment["DAYBOOK_TOKEN"] = ada.token(Scope.READ)

    refused = ada.terminal.run("import", TODOIST)

    assert ada.terminal.lines("export", "--format", "txt") == []
    assert refused.stderr == "Error: This access token may read only. Make one that may write in Settings.\n"


def test_an_export_with_a_wrong_token_writes_no_file(ada: Owner, tmp_path: Path) -> None:
    result = ada.terminal.run("export", "--output", str(tmp_path / "out.json"), DAYBOOK_TOKEN="dbk_wrong")

    assert result.exit_code == 1
    assert "does not accept this access token" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_completed_task_is_reopened(ada: Owner) -> None:
    (added,) = ada.terminal.lines("add", "Buy milk")
    number = added.split("\t")[0]
    ada.terminal.lines("done", number)

    (reopened,) = ada.terminal.lines("reopen", number)
    unknown = ada.terminal.run("reopen", "999999999")

    assert reopened.split("\t")[1] == "open"
    assert unknown.stderr.startswith("Error: Task 999999999: There is no such task")
