"""`daybook add`, `list`, `done` and `undo` with a running Daybook."""

import json
from typing import Any

import pytest

from tests.cli.conftest import Owner
from web.models.access_token import Scope


def of_json(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def titles(lines: list[str]) -> list[str]:
    return [line.split("\t")[2] for line in lines]


def test_a_task_is_added_by_a_line(ada: Owner) -> None:
    ada.site.make.record("lists", ada.user, name="Home")

    (line,) = ada.terminal.lines("add", "Buy milk 2 dec 2099 5pm #Home p1")

    number, *fields = line.split("\t")
    assert number.isdecimal()
    assert fields == ["open", "Buy milk", "2099-12-02 17:00", "p1", "Home", ""]


def test_words_are_one_line(ada: Owner) -> None:
    assert titles(ada.terminal.lines("add", "Buy", "oat", "milk")) == ["Buy oat milk"]


def test_each_line_of_the_standard_input_is_a_task(ada: Owner) -> None:
    assert titles(ada.terminal.lines("add", typed="Buy milk\n\n  Buy tea\nBuy salt")) == [
        "Buy milk",
        "Buy tea",
        "Buy salt",
    ]


def test_a_refused_line_is_named_and_ends_with_2(ada: Owner) -> None:
    result = ada.terminal.run("add", typed=f"Buy milk\n{'x' * 201}\nBuy salt\n")

    assert result.exit_code == 2
    assert titles(result.stdout.splitlines()) == ["Buy milk"]
    assert result.stderr == "Error: Line 2: Titles can be up to 200 characters (this one is 201).\n"
    assert titles(ada.terminal.lines("list")) == ["Buy milk"]


def test_a_file_with_a_byte_order_mark_or_another_encoding(ada: Owner) -> None:
    result = ada.terminal.run("add", typed="\ufeffBuy café\n".encode() + "Buy tea, café\n".encode("latin-1"))

    assert titles(result.stdout.splitlines()) == ["Buy café"]
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: Line 2: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("options", [["list", "-q", "\udcff"], ["list", "--list", "\udcff"], ["add", "\udcff"]])
def test_an_argument_that_is_no_utf_8_is_refused(ada: Owner, options: list[str]) -> None:
    result = ada.terminal.run(*options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("key", ["", "two words", "ä", "a\nb: c", "x" * 201])
def test_a_key_that_no_header_takes_is_refused(ada: Owner, key: str) -> None:
    assert ada.terminal.run("add", "--key", key, "Buy milk").exit_code == 2


def test_with_a_key_a_repeated_command_adds_nothing_twice(ada: Owner) -> None:
    ada.terminal.lines("add", "--key", "monday", typed="Buy milk\nBuy tea\n")
    ada.terminal.lines("add", "--key", "monday", typed="Buy milk\nBuy tea\nBuy salt\n")

    assert titles(ada.terminal.lines("list", "--sort", "oldest")) == ["Buy milk", "Buy tea", "Buy salt"]


def test_without_a_key_the_same_line_is_another_task(ada: Owner) -> None:
    first, second = (ada.terminal.lines("add", "Buy milk") for _ in range(2))

    assert first != second


def test_the_list_has_the_filters_of_the_api(ada: Owner) -> None:
    make = ada.site.make
    home = make.record("lists", ada.user, name="Home", name_key="home")
    label = make.record("labels", ada.user, name="errand", name_key="errand")
    ada.terminal.lines("add", typed="Buy milk 2099-12-02 #Home\nBuy tea @errand\nPaint\n")
    (paint,) = ada.terminal.lines("list", "-q", "paint")
    ada.terminal.lines("done", paint.split("\t")[0])

    for options, expected in (
        ([], ["Buy tea", "Buy milk"]),
        (["--status", "completed"], ["Paint"]),
        (["--status", "all", "--sort", "title"], ["Buy milk", "Buy tea", "Paint"]),
        (["--list", "hOME"], ["Buy milk"]),
        (["--list", str(home.id)], ["Buy milk"]),
        (["--list", "inbox"], ["Buy tea"]),
        (["--label", "Errand"], ["Buy tea"]),
        (["--label", str(label.id)], ["Buy tea"]),
        (["--due", "2099-12-01..2099-12-03"], ["Buy milk"]),
        (["--due", "none", "-q", "tea"], ["Buy tea"]),
    ):
        assert titles(ada.terminal.lines("list", *options)) == expected, options


def test_a_limit_says_how_many_there_are(ada: Owner) -> None:
    ada.site.make.tasks(ada.user, 205)

    some = ada.terminal.run("list", "--limit", "201", "--sort", "oldest")
    everything = ada.terminal.run("list", "--all")

    assert titles(some.stdout.splitlines()) == [f"Task {number}" for number in range(1, 202)]
    assert some.stderr == "201 of 205. --all lists all of them.\n"
    assert (len(everything.stdout.splitlines()), everything.stderr) == (205, "")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--list", "Garden"], "No list is named “Garden”."),
        (["--label", "Garden"], "No label is named “Garden”."),
        (["--due", "someday"], "due: "),
        (["--due", "2027-02-30"], "due: "),
        (["--limit", "0"], "0 is not in the range"),
        (["--limit", "ten"], "'ten' is not a whole number."),
        (["--sort", "size"], "'size' is not one of"),
    ],
)
def test_a_filter_that_cannot_be_read_ends_with_2(ada: Owner, options: list[str], sentence: str) -> None:
    result = ada.terminal.run("list", *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_a_name_of_several_lists_asks_for_a_number(ada: Owner) -> None:
    make = ada.site.make
    garden, house = (make.record("lists", ada.user, name=name, name_key=name.lower()) for name in ("Garden", "House"))
    sheds = [
        make.record("lists", ada.user, name="Shed", name_key="shed", parent_id=parent.id) for parent in (garden, house)
    ]

    result = ada.terminal.run("list", "--list", "shed")

    assert result.exit_code == 2
    assert f"{sheds[0].id} and {sheds[1].id}" in result.stderr


def test_done_completes_and_undo_takes_it_back(ada: Owner) -> None:
    (task,) = of_json(ada.terminal.lines("add", "--json", "Buy milk"))

    (done,) = ada.terminal.lines("done", str(task["id"]))
    undone = ada.terminal.lines("undo")

    assert done.split("\t")[1] == "done"
    assert undone == [f"Took back “complete” of task {task['id']}."]
    assert titles(ada.terminal.lines("list")) == ["Buy milk"]


def test_a_repeating_task_moves_to_its_next_date(ada: Owner) -> None:
    (task,) = of_json(ada.terminal.lines("add", "--json", "Water 2099-12-02 every day"))

    (done,) = of_json(ada.terminal.lines("done", "--json", str(task["id"])))

    assert (done["completed"], done["due_on"]) == (False, "2099-12-03")


def test_a_task_that_is_not_there_is_named(ada: Owner) -> None:
    (task,) = of_json(ada.terminal.lines("add", "--json", "Buy milk"))

    result = ada.terminal.run("done", str(task["id"]), "999999999", str(task["id"]))

    assert result.exit_code == 1
    assert result.stdout.split("\t")[1] == "done"
    assert result.stderr.startswith("Error: Task 999999999: There is no such task")


def test_what_is_no_number_of_a_task_is_wrong_usage(ada: Owner) -> None:
    for command in ("done", "reopen"):
        result = ada.terminal.run(command, "abc")

        assert result.exit_code == 2
        assert "'abc' is not a whole number." in result.stderr


def test_undo_without_a_change_says_so(ada: Owner) -> None:
    result = ada.terminal.run("undo")

    assert (result.exit_code, result.stderr) == (1, "Error: There is nothing to undo.\n")


def test_json_is_that_of_the_api(ada: Owner) -> None:
    (added,) = of_json(ada.terminal.lines("add", "--json", "Buy “milk”"))
    (listed,) = of_json(ada.terminal.lines("list", "--json"))
    (undone,) = of_json(ada.terminal.lines("undo", "--json"))

    assert added == listed
    assert (added["title"], added["priority"], added["version"]) == ("Buy “milk”", 4, 1)
    assert undone["records"] == [{"subject": "tasks", "id": added["id"]}]
    assert undone["action"] == "add"


def test_a_token_that_may_read_lists_and_changes_nothing(ada: Owner) -> None:
    ada.terminal.environment["DAYBOOK_TOKEN"] = ada.token(Scope.READ)

    assert ada.terminal.lines("list") == []
    refused = ada.terminal.run("add", "Buy milk")
    assert refused.exit_code == 1
    assert refused.stderr == "Error: This access token may read only. Make one that may write in Settings.\n"


def test_an_unknown_token_is_refused(ada: Owner) -> None:
    ada.terminal.environment["DAYBOOK_TOKEN"] = "dbk_wrong"

    result = ada.terminal.run("list")

    assert result.exit_code == 1
    assert "does not accept this access token" in result.stderr
    assert "dbk_wrong" not in result.output


def test_a_list_that_a_line_makes_is_shown_by_its_name(ada: Owner) -> None:
    ada.site.make.record("lists", ada.user, name="Home", name_key="home")

    lines = ada.terminal.lines("add", typed="Buy milk #Home\nBuy tea #+Groceries\n")

    assert [line.split("\t")[5] for line in lines] == ["Home", "Groceries"]
