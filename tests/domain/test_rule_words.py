"""Repeat rules in words: what a page shows of a rule, quick add reads as the same rule."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from web.domain.quick_add import Context
from web.domain.recurrence import Rule
from web.domain.rule_words import ordinal, read_rule, rule_words

CONTEXT = Context(datetime(2026, 11, 26, 13, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
# What a user writes, and how a page repeats it.
WORDS = {
    "every day": "every day",
    "every 3 days": "every 3 days",
    "every! 3 days": "every! 3 days",
    "every weekday": "every workday",
    "every mon, wed and fri": "every Mon, Wed and Fri",
    "every other monday": "every 2 weeks on Mon",
    "every! week on monday": "every! Mon",
    "every month": "every month on the 26th",
    "every! month": "every! month",
    "every 31st": "every month on the last day",
    "every 30th": "every month on the 30th",
    "every 29th": "every month on the 29th",
    "every 1st and 15th": "every month on the 1st and 15th",
    "every 1st and 30th": "every month on the 1st and 30th",
    "every 2nd tuesday": "every month on the 2nd Tue",
    "every 5th friday": "every month on the 5th Fri",
    "every last friday": "every month on the last Fri",
    "every first workday": "every month on the first workday",
    "every last workday": "every month on the last workday",
    "every quarter": "every 3 months on the 26th",
    "every jan 27": "every year on the 27th of Jan",
    "every feb 29": "every year on the 29th of Feb",
    "every 2 years": "every 2 years on the 26th of Nov",
}


@pytest.mark.parametrize(("written", "shown"), WORDS.items(), ids=WORDS)
def test_a_rule_is_shown_in_words_that_are_read_as_the_same_rule(written: str, shown: str) -> None:
    reading = read_rule(written, CONTEXT)
    assert reading.repeat_rule
    assert reading.repeat_mode

    words = rule_words(Rule.parse(reading.repeat_rule), reading.repeat_mode)

    assert words == shown
    again = read_rule(words, CONTEXT)
    assert (again.repeat_rule, again.repeat_mode) == (reading.repeat_rule, reading.repeat_mode)


@pytest.mark.parametrize("words", ["", "every cloud", "tomorrow", "every day and more", "every monday #Home x"])
def test_other_words_are_refused_with_an_example(words: str) -> None:
    with pytest.raises(ValueError, match="every monday"):
        read_rule(words, CONTEXT)


def test_an_end_is_read_too() -> None:
    reading = read_rule("every sunday 6pm until 20 dec", CONTEXT)

    assert (str(reading.until), str(reading.due_time)) == ("2026-12-20", "18:00:00")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", "every month on the 31st"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "every month on the 2nd last day"),
        ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=-1SU", "every year on the last Sun of Mar and Sep"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "every month on the 2nd last workday"),
    ],
)
def test_an_imported_rule_has_words_too(rule: str, words: str) -> None:
    assert rule_words(Rule.parse(rule)) == words


def test_ordinals() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd"]
    )
