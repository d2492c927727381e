"""Random rules give the dates that python-dateutil gives.

It is asked about checked rules only, since some foreign ones keep it busy for ever. A rule without dates keeps it busy
until the year 9999, so that question is put near the end of the calendar, which repeats every 400 years.
"""

from datetime import date, datetime, timedelta
from itertools import islice
from random import Random

import pytest
from dateutil.rrule import rrule, rrulestr

from web.domain.recurrence import HORIZON_YEARS, InvalidRule, Rule

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CYCLE_YEARS = 7600  # a multiple of 400 that leads near the end of the calendar
COUNT = 6


def some(chance: Random, values: list[str], most: int) -> str:
    return ",".join(chance.sample(values, chance.randint(1, most)))


def random_days(chance: Random) -> str:
    """BYMONTHDAY, or BYDAY with or without numbers, and perhaps BYSETPOS."""
    month_days = [str(number) for number in (*range(1, 32), *range(-31, 0), 28, 29, 30, 31, -1)]
    numbers = [str(number) for number in (*range(1, 6), *range(-5, 0))]
    days = chance.choice(
        [
            f"BYMONTHDAY={some(chance, month_days, 4)}",
            f"BYDAY={some(chance, list(WEEKDAYS), 7)}",
            f"BYDAY={some(chance, [number + day for number in numbers for day in WEEKDAYS], 3)}",
        ]
    )
    positions = [str(number) for number in (*range(1, 8), *range(-7, 0), 23, -23)]
    return days if chance.random() < 0.6 else f"{days};BYSETPOS={some(chance, positions, 2)}"


def random_rule(chance: Random) -> str:
    """A rule of the subset; it may turn out to give no date."""
    frequency = chance.choice(["DAILY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"])
    interval = chance.choice([1, 1, 2, 3, 4, 5, 12, chance.randint(1, 40)])
    parts = [f"FREQ={frequency}", f"INTERVAL={interval}"]
    if frequency == "DAILY" and chance.random() < 0.3:
        parts[1:] = [f"BYDAY={some(chance, list(WEEKDAYS), 7)}"]
    elif frequency == "WEEKLY":
        parts += [f"BYDAY={some(chance, list(WEEKDAYS), 7)}", f"WKST={chance.choice(WEEKDAYS)}"]
    elif frequency == "MONTHLY":
        parts += [random_days(chance)]
    elif frequency == "YEARLY":
        parts += [f"BYMONTH={some(chance, [str(month) for month in range(1, 13)], 3)}", random_days(chance)]
    return ";".join(parts)


def random_day(chance: Random) -> date:
    return date(2000, 1, 1) + timedelta(days=chance.randrange(60 * 365))


def oracle(text: str, anchor: date) -> rrule:
    found = rrulestr(text, dtstart=datetime.combine(anchor, datetime.min.time()))
    assert isinstance(found, rrule)
    return found


def parsed(text: str) -> Rule | None:
    """None for a rule of the subset that never gives a date."""
    try:
        return Rule.parse(text)
    except InvalidRule as refusal:
        if "never gives a date" not in str(refusal):
            raise
        return None


def first_dates(rule: Rule, anchor: date, count: int) -> list[date]:
    day = rule.first(anchor, anchor)
    found = [day] if day else []
    while day and len(found) < count:
        day = rule.next(anchor, day)
        found += [day] if day else []
    return found


@pytest.mark.parametrize("seed", range(3))
def test_random_rules_give_the_dates_of_the_oracle(seed: int) -> None:
    chance = Random(seed)
    compared = without_dates = 0

    while compared < 700:
        text, anchor = random_rule(chance), random_day(chance)
        rule = parsed(text)
        ours = first_dates(rule, anchor, COUNT) if rule else []
        if len(ours) == COUNT:
            expected = [instant.date() for instant in islice(oracle(text, anchor), COUNT)]
        else:
            expected = within_horizon(text, anchor, ours[-1] if ours else anchor, len(ours) + 1)
            without_dates += 1

        assert ours == expected, (text, anchor)
        compared += 1

    assert without_dates > 5


def within_horizon(text: str, anchor: date, last: date, count: int) -> list[date]:
    """The oracle's dates up to 50 years after `last`, asked 7,600 years later."""
    later = oracle(text, anchor.replace(year=anchor.year + CYCLE_YEARS))
    found = [instant.date() for instant in islice(later, count)]
    dates = [day.replace(year=day.year - CYCLE_YEARS) for day in found]
    return [day for day in dates if (day.year, day.month, day.day) <= (last.year + HORIZON_YEARS, last.month, last.day)]


@pytest.mark.parametrize("seed", range(2))
def test_the_next_date_after_any_day_is_that_of_the_oracle(seed: int) -> None:
    chance = Random(100 + seed)
    compared = 0

    while compared < 500:
        text, anchor = random_rule(chance), random_day(chance)
        after = anchor + timedelta(days=chance.randrange(-400, 3_000))
        rule = parsed(text)
        ours = rule and rule.next(anchor, after)
        if ours:
            expected = oracle(text, anchor).after(datetime.combine(after, datetime.min.time()))

            assert expected and ours == expected.date(), (text, anchor, after)
            compared += 1


def test_canonical_text_means_the_same() -> None:
    chance = Random(7)

    for _ in range(1_000):
        text = random_rule(chance)
        if rule := parsed(text):
            assert Rule.parse(str(rule)) == rule, text


def test_text_with_random_faults_is_a_rule_or_refused_in_a_sentence() -> None:
    chance = Random(8)
    refused = 0

    for _ in range(3_000):
        text = list(random_rule(chance))
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(text))
            text[place : place + chance.randint(0, 2)] = chance.choice("FREQBYMO=;,-+0139 ٣_\x00\n")
        try:
            rule = Rule.parse("".join(text))
        except InvalidRule as refusal:
            refused += 1
            sentence = str(refusal)
        else:
            sentence = str(rule) + "."

        assert sentence.endswith(".") and sentence.isprintable() and len(sentence) < 202

    assert 1_000 < refused < 3_000
