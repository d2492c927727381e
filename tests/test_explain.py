"""The command `daybook explain`: what is read from a line, or the dates that follow a rule, as JSON."""

import json
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from web.cli import main


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


def dates(*arguments: str) -> list[dict[str, Any]]:
    result = explain(*arguments)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.output)["dates"]
    return found


def test_the_dates_follow_with_instants_in_utc() -> None:
    found = dates(
        *("--repeat", "FREQ=DAILY", "--due", "2027-03-27", "--time", "02:30", "--start", "2027-03-20"),
        *("--zone", "Europe/Berlin", "--completed-at", "2027-03-27T10:00", "--next", "2", "--times", "3"),
    )

    assert found == [
        {
            "due_on": "2027-03-28",
            "due_time": "02:30",
            "due_at": "2027-03-28T01:30:00Z",
            "start_on": "2027-03-21",
            "times": 2,
        },
        {
            "due_on": "2027-03-29",
            "due_time": "02:30",
            "due_at": "2027-03-29T00:30:00Z",
            "start_on": "2027-03-22",
            "times": 1,
        },
    ]


def test_a_day_has_no_instant_and_is_completed_on_its_own_day() -> None:
    found = dates("--repeat", "FREQ=MONTHLY;BYMONTHDAY=-1", "--due", "2027-01-31", "--next", "1")

    assert found == [{"due_on": "2027-02-28", "due_time": None, "due_at": None, "start_on": None, "times": None}]


def test_a_moment_with_an_offset_counts_in_the_zone() -> None:
    arguments = ["--repeat", "FREQ=DAILY", "--due", "2026-11-26", "--completed-at", "2026-11-26T23:30Z", "--next", "1"]

    berlin = dates(*arguments, "--zone", "Europe/Berlin")
    new_york = dates(*arguments, "--zone", "America/New_York")

    assert (berlin[0]["due_on"], new_york[0]["due_on"]) == ("2026-11-28", "2026-11-27")


def test_it_counts_from_the_anchor_or_from_completion() -> None:
    arguments = ["--repeat", "FREQ=DAILY;INTERVAL=3", "--due", "2026-11-27", "--completed-at", "2026-11-27T09:00"]

    on_schedule = dates(*arguments, "--anchor", "2026-11-20", "--next", "1")
    from_completion = dates(*arguments, "--mode", "completion", "--next", "1")

    assert (on_schedule[0]["due_on"], from_completion[0]["due_on"]) == ("2026-11-29", "2026-11-30")


def test_it_says_when_a_task_is_finished() -> None:
    result = explain("--repeat", "freq=weekly;byday=mo", "--due", "2026-11-23", "--until", "2026-11-30")

    told = json.loads(result.output)
    assert [date["due_on"] for date in told["dates"]] == ["2026-11-30"]
    assert told["finished"]
    assert (told["repeat_rule"], told["repeat_mode"]) == ("FREQ=WEEKLY;BYDAY=MO", "schedule")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--repeat", "FREQ=DAILY;INTERVAL=0"), "INTERVAL takes 1 to 999, not “0”."),
        (("--repeat", "FREQ=MONTHLY"), "FREQ=MONTHLY needs BYMONTHDAY or BYDAY to say its day."),
        (("--repeat", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31"), "BYMONTH cannot be used with FREQ=DAILY."),
        (("--repeat", "FREQ=DAILY", "--zone", "Europe"), "There is no time zone “Europe”."),
        (("--repeat", "FREQ=DAILY", "--time", "25:00"), "“25:00” is not written like 18:00."),
        (("--repeat", "FREQ=DAILY", "--until", "2026-02-30"), "“2026-02-30” is not written like 2026-11-26."),
        (("--repeat", "FREQ=DAILY", "--completed-at", "now"), "“now” is not written like 2026-11-26T14:30"),
        (("--repeat", "FREQ=DAILY", "--next", "1001"), "--next"),
        (("--repeat", "FREQ=DAILY", "--times", "0"), "--times"),
        (("--repeat", "FREQ=DAILY", "--mode", "both"), "--mode"),
        ((), "Give a line, or a rule with --repeat."),
        (("Milk", "--repeat", "FREQ=DAILY"), "Give a line, or a rule with --repeat."),
        (("Milk",), "--due does not go with a line."),
        (("--repeat", "FREQ=DAILY", "--list", "Home"), "--list does not go with --repeat."),
    ],
)
def test_what_is_refused_ends_with_two_and_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    result = explain("--due", "2026-11-26", *arguments)

    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("due", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York", "UTC"])
@pytest.mark.parametrize("mode", ["schedule", "completion"])
@pytest.mark.parametrize("instant", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
def test_the_ends_of_the_calendar_are_no_error(due: str, zone: str, mode: str, instant: str) -> None:
    result = explain(
        *("--repeat", "FREQ=DAILY", "--due", due, "--time", "00:00", "--start", due, "--zone", zone, "--mode", mode),
        *("--completed-at", instant, "--anchor", "2026-11-26"),
    )

    assert result.exit_code == 0, result.output


AT = ("--at", "2026-11-26T14:30", "--zone", "Europe/Berlin")


def reading(line: str, *arguments: str) -> dict[str, Any]:
    result = explain("--", line) if not arguments else explain(*arguments, "--", line)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_all_that_is_read_from_a_line_is_told() -> None:
    found = reading(
        "Call mum #home OFFICE @phone p1 every sunday 6pm until 20 dec // ask about tea",
        *AT,
        *("--list", "Home", "--list", "Home office"),
    )

    spans = found.pop("spans")
    assert found == {
        "title": "Call mum",
        "description": "ask about tea",
        "due_on": "2026-11-29",
        "due_time": "18:00",
        "start_on": None,
        "starts_after_due": False,
        "list": "Home office",
        "makes_list": False,
        "labels": ["phone"],
        "priority": 1,
        "repeat_rule": "FREQ=WEEKLY;BYDAY=SU",
        "repeat_mode": "schedule",
        "repeat_anchor": "2026-11-29",
        "until": "2026-12-20",
        "times": None,
        "unknown_list": None,
    }
    assert [span["kind"] for span in spans] == ["list", "label", "priority", "repeat", "description"]
    assert spans[0] == {"offset": 9, "length": 12, "kind": "list", "words": "#home OFFICE", "value": "Home office"}


def test_the_settings_of_the_user_count() -> None:
    sunday = ("--at", "2025-01-12T09:00", "--week-start", "sunday")

    assert reading("Dentist 3/12", *AT)["due_on"] == "2026-12-03"
    assert reading("Dentist 3/12", *AT, "--order", "m/d")["due_on"] == "2027-03-12"
    assert reading("Call next monday", *sunday)["due_on"] == "2025-01-20"
    assert reading("Milk @corner shop", "--label", "Corner shop")["labels"] == ["Corner shop"]
    assert reading("Milk tomorrow", "--plain", "tomorrow")["title"] == "Milk tomorrow"
    assert reading("Milk #Garden")["unknown_list"] == "Garden"


def test_a_moment_with_an_offset_is_shown_on_the_users_clock() -> None:
    found = reading("Call in 1 hour", "--at", "2026-11-26T23:30Z", "--zone", "Europe/Berlin")

    assert (found["due_on"], found["due_time"]) == ("2026-11-27", "01:30")


@time_machine.travel("2026-11-26T23:30Z", tick=False)
def test_a_line_is_read_now_unless_a_moment_is_given() -> None:
    assert reading("Milk today")["due_on"] == "2026-11-26"
    assert reading("Milk today", "--zone", "Europe/Berlin")["due_on"] == "2026-11-27"


@pytest.mark.parametrize("line", ["", " ", "-", "--due", "\udcff tomorrow", "x" * 10_000, "1/1 " * 2_500, "日本 🎂"])
def test_no_line_is_refused(line: str) -> None:
    assert reading(line)["due_on"] is None or "tomorrow" in line


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--zone", "Europe"), "There is no time zone “Europe”."),
        (("--at", "soon"), "“soon” is not written like 2026-11-26T14:30"),
        (("--week-start", "mo"), "--week-start"),
        (("--order", "y/m"), "--order"),
    ],
)
def test_an_option_that_is_refused_ends_with_two_and_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    result = explain("Milk tomorrow", *arguments)

    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("instant", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
@pytest.mark.parametrize("line", ["Milk tomorrow", "Milk every day at 9", "Milk 5pm", "Milk in 2 hours", "Milk 24 dec"])
def test_a_line_is_read_at_both_ends_of_the_calendar(line: str, instant: str) -> None:
    assert reading(line, "--at", instant)["title"].startswith("Milk")


def test_no_database_and_no_settings_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    monkeypatch.setenv("APP_URL", "nonsense")

    assert reading("Milk tomorrow")["title"] == "Milk"
