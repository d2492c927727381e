"""Several words for one day: read together where they agree, text where they contradict each other."""

import pytest

from tests.domain.quick_add.lines import CONTEXT, at, summary
from web.domain.quick_add import read

Lines = list[tuple[str, str]]

AGREE: Lines = [
    ("Film on saturday 28th", "Film · 2026-11-28"),
    ("Film saturday the 28th", "Film · 2026-11-28"),
    ("On saturday 28th call Bob", "call Bob · 2026-11-28"),
    ("Film sat 28", "Film · 2026-11-28"),
    ("Film sat 28 5pm", "Film · 2026-11-28 17:00"),
    ("Film 5pm sat 28th", "Film · 2026-11-28 17:00"),
    ("Film sat 5pm 28 nov", "Film · 2026-11-28 17:00"),
    ("Film 28th saturday", "Film · 2026-11-28"),
    ("Film thu 26th", "Film · 2026-11-26"),
    ("Film friday 13th", "Film · 2027-08-13"),
    ("Film fri 27 nov, 10:00", "Film · 2026-11-27 10:00"),
    ("Film tomorrow 27th", "Film · 2026-11-27"),
    ("Film tomorrow friday 27 nov", "Film · 2026-11-27"),
    ("Film at 9 30", "Film · 2026-11-27 09:30"),
    ("Film tomorrow at 5 30 p1", "Film · 2026-11-27 17:30 · p1"),
    ("Film tue 29 feb", "Film · 2028-02-29"),
    ("Film 31 dec 2199", "Film · 2199-12-31"),
    ("Film friday next week", "Film · 2026-12-04"),
    ("Film next week on friday 5pm", "Film · 2026-12-04 17:00"),
    ("Film friday of next week", "Film · 2026-12-04"),
    ("Film the 5th of next month", "Film · 2026-12-05"),
    ("Film next month on the 5th", "Film · 2026-12-05"),
    ("Film 24 dec next year", "Film · 2027-12-24"),
    ("Film the day after tomorrow 9am", "Film · 2026-11-28 09:00"),
    ("Film in 1 hour and 30 minutes", "Film · 2026-11-26 16:00"),
    ("Film in 2 weeks and 3 days", "Film · 2026-12-13"),
]
CONTRADICT: Lines = [
    (line, line)
    for line in (
        "Film fri 13 nov",
        "Film fri 5pm 13 nov",
        "Film @5pm fri 13 nov",
        "Film thu 24 dec 2027",
        "Film tomorrow sat",
        "Film tomorrow the 28th",
        "Film fri sat",
        "Film mon 9am tue 10am",
        "Film 24 dec 27 dec",
        "Film next month friday",
        "Film fri in 2 weeks",
        "Doom 31 dec 9999",
        "Doom 31 dec 9999 it is",
        "Film 24 dec 26",
        "Film tomorrow 5",
        "Film fri 13",
        "Film tonight 9 30",
        "Film 5pm CET",
        "Film 2nd tuesday",
        "Film the first monday",
        "Film mondays at 10",
        "Film weekdays at 9:15",
        "On monday 2nd interview",
        "Film monday week",
        "Film on friday after next",
        "Film start fri 13 nov",
    )
]
RANGES: Lines = [
    (line, line)
    for line in (
        "Trip tomorrow and friday",
        "Trip tomorrow or friday",
        "Trip tomorrow 9am or 10am",
        "The today show",
        "Send my 24 dec report at 5pm",
        "Trip 24 and 25 dec",
        "Trip 24 - 27 dec",
        "Trip dec 24 - 27",
        "Trip 24 dec to 27 dec",
        "Trip from tomorrow to friday",
        "Trip in a week or two",
        "Trip in an hour and a half",
        "Valid until 24 dec",
        "Ship before 24 dec",
        "Ask about tomorrow",
        "Not today",
        "Trip end of next month",
    )
]
NOT_OF_THE_DATE: Lines = [
    ("On monday 3 calls", "3 calls · 2026-11-30"),
    ("Dinner tomorrow at 7 30 people", "Dinner 30 people · 2026-11-27 07:00"),
    ("Open from 9am tuesday 1 dec", "Open from 9am · 2026-12-01"),
    ("Vaccine tomorrow 2nd dose", "Vaccine 2nd dose · 2026-11-27"),
    ("Cream tomorrow sun lotion", "Cream sun lotion · 2026-11-27"),
    ("Party 24 dec 26 guests", "Party 26 guests · 2026-12-24"),
    ("Invoice 4711 friday", "Invoice 4711 · 2026-11-27"),
    ("Chapter 3 - tomorrow", "Chapter 3 · 2026-11-27"),
]
TIMES: Lines = [
    ("Film sat 5pm 6pm", "Film 5pm · 2026-11-28 18:00"),
    ("Film sat 5pm talk 6pm", "Film 5pm talk · 2026-11-28 18:00"),
    ("Meet sat with Bob at 5pm", "Meet sat with Bob at 5pm"),
    ("Call on fri 13 nov about tax 5pm", "Call on fri 13 nov about tax 5pm"),
    ("Film start 1 dec p1 noon", "Film noon · start 2026-12-01 · p1"),
]
REPEATS: Lines = [
    ("Rest every month on 31", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=-1"),
    ("Rest every month on day 1 and 15 at 9", "Rest · 2026-12-01 09:00 · MONTHLY;BYMONTHDAY=1,15"),
    ("Rest every month 15th", "Rest · 2026-12-15 · MONTHLY;BYMONTHDAY=15"),
    ("Rest every month on 3 projects", "Rest on 3 projects · 2026-11-26 · MONTHLY;BYMONTHDAY=26"),
    ("Rest every day from 1 dec to 24 dec", "Rest · 2026-12-01 · DAILY · until 2026-12-24"),
    ("Rest every day in the garden", "Rest in the garden · 2026-11-26 · DAILY"),
    ("Rest start tomorrow every day", "Rest · 2026-11-27 · start 2026-11-27 · DAILY"),
    ("Rest every monday start 5 dec", "Rest · 2026-12-07 · start 2026-12-05 · WEEKLY;BYDAY=MO"),
    ("Starters starting monday every day", "Starters · 2026-11-30 · start 2026-11-30 · DAILY"),
    *(
        (line, line)
        for line in (
            "every day until 31 dec 9999 x",
            "Rest every friday 13th",
            "Rest every monday 9",
            "Rest every monday starting fri 13 nov",
            "Rest 2nd tuesday every month",
            "Rest until 24 dec every mon, wed and fri",
            "Valid until 24 dec, call at 5pm",
            "Rest every week at 9 fri 13 nov",
            "Rest every monday to friday",
            "Rest every monday or tuesday",
            "Rest every monday 9am and thursday 7pm",
            "Rest every morning and evening",
            "Rest every day at 8am and 8pm",
            "Rest every day except sunday",
            "Rest every monday in december",
            "Rest every 2nd week of the month",
            "Rest every 1st and 3rd monday",
            "Rest every month on friday",
            "Rest 20 dec every monday until 10 dec",
            "Rest every monday until tomorrow at 5pm",
        )
    ),
]


@pytest.mark.parametrize(("line", "expected"), [*AGREE, *CONTRADICT, *RANGES, *NOT_OF_THE_DATE, *TIMES, *REPEATS])
def test_words_beside_a_date_are_read_with_it_or_stay_with_it(line: str, expected: str) -> None:
    assert summary(line) == expected


def test_a_weekday_and_a_day_of_the_month_are_the_next_such_date() -> None:
    assert summary("Film fri 13th", at("2026-11-12T09:00")) == "Film · 2026-11-13"
    assert summary("Film fri 13th", at("2026-11-13T09:00")) == "Film · 2026-11-13"
    assert summary("Film fri 13 nov", at("2026-11-12T09:00")) == "Film · 2026-11-13"


def test_a_start_after_the_due_date_is_told() -> None:
    assert read("Film start monday due friday", CONTEXT).starts_after_due
    assert not read("Film start friday due monday", CONTEXT).starts_after_due
    assert not read("Film start friday", CONTEXT).starts_after_due
