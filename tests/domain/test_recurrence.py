"""Repeat rules: what is accepted, the canonical text, and the dates."""

from datetime import date

import pytest

from web.domain.recurrence import HORIZON_YEARS, InvalidRule, Rule


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("freq=daily;interval=1", "FREQ=DAILY"),
        ("INTERVAL=03;FREQ=DAILY", "FREQ=DAILY;INTERVAL=3"),
        ("FREQ=DAILY;BYDAY=FR,MO", "FREQ=DAILY;BYDAY=MO,FR"),
        ("FREQ=WEEKLY;BYDAY=WE,MO,FR,MO", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("FREQ=WEEKLY;BYDAY=MO;WKST=SU", "FREQ=WEEKLY;BYDAY=MO"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15,+1", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1"),
        ("FREQ=MONTHLY;BYDAY=-1FR,+2TU,1TU", "FREQ=MONTHLY;BYDAY=1TU,2TU,-1FR"),
        ("FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1"),
        ("FREQ=YEARLY;BYMONTHDAY=28,29;BYSETPOS=-1;BYMONTH=2", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
        ("FREQ=YEARLY;BYMONTH=7,1;BYDAY=1MO", "FREQ=YEARLY;BYMONTH=1,7;BYDAY=1MO"),
        ("FREQ=MONTHLY;INTERVAL=600", "FREQ=MONTHLY;INTERVAL=600"),
        ("FREQ=WEEKLY;INTERVAL=999", "FREQ=WEEKLY;INTERVAL=999"),
    ],
)
def test_a_rule_has_one_canonical_text(text: str, canonical: str) -> None:
    rule = Rule.parse(text)

    assert str(rule) == canonical
    assert Rule.parse(canonical) == rule


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "FREQ"),
        ("INTERVAL=2", "FREQ"),
        ("FREQ", "FREQ"),
        ("FREQ=", "FREQ"),
        ("FREQ=SECONDLY", "SECONDLY"),
        ("FREQ=MINUTELY;INTERVAL=5", "MINUTELY"),
        ("FREQ=HOURLY", "HOURLY"),
        ("FREQ=DAILY;", "semicolon"),
        ("RRULE:FREQ=DAILY", "RRULE:FREQ"),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ may stand only once"),
        ("FREQ=DAILY;X-NAME=1", "X-NAME"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR"),
        ("FREQ=DAILY;BYYEARDAY=9", "BYYEARDAY"),
        ("FREQ=WEEKLY;BYWEEKNO=9", "BYWEEKNO"),
        ("FREQ=DAILY;UNTIL=20261231", "UNTIL is not part of the rule"),
        ("FREQ=DAILY;COUNT=-5", "COUNT is not part of the rule"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=+1", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1000", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1_0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1.0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL= 1", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=٣", "ASCII"),
        ("FREQ=DAILY\n", "ASCII"),
        ("FREQ=DAILY\x00", "ASCII"),
        ("FREQ=DAILY;BYDAY=1MO", "BYDAY"),
        ("FREQ=DAILY;BYMONTH=2", "BYMONTH"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "INTERVAL"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "BYMONTH"),
        ("FREQ=WEEKLY;BYDAY=2TU", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY needs a value"),
        ("FREQ=WEEKLY;BYDAY=MO,", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=MO;WKST=XX", "WKST"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=-6MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=99MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=MO,2TU", "BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=-32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=1", "BYMONTH"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=24", "BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "BYSETPOS"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2", "BYSETPOS"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;INTERVAL=601", "INTERVAL"),
        ("FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1", "BYMONTH"),
        ("FREQ=YEARLY;BYMONTH=0;BYMONTHDAY=1", "BYMONTH"),
        ("FREQ=YEARLY;BYMONTH=-1;BYMONTHDAY=1", "BYMONTH"),
        ("FREQ=YEARLY;BYMONTH=+1;BYMONTHDAY=1", "BYMONTH"),
        ("FREQ=YEARLY;BYMONTH=2", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTHDAY=1", "BYMONTH"),
        ("FREQ=YEARLY;BYDAY=2TU", "BYMONTH"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=2,4,6,9,11;BYMONTHDAY=31", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;INTERVAL=51", "INTERVAL"),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 70), "200 characters"),
    ],
)
def test_a_refused_rule_names_the_part(text: str, part: str) -> None:
    with pytest.raises(InvalidRule) as refusal:
        Rule.parse(text)

    sentence = str(refusal.value)
    assert part in sentence
    assert sentence.endswith(".") and len(sentence) < 120


def test_a_rule_can_be_two_hundred_characters() -> None:
    days = ",".join(["MO"] * 60)
    text = f"FREQ=WEEKLY;BYDAY={days}"

    padded = text + ",TU" * ((200 - len(text)) // 3)

    assert len(padded) == 200
    assert str(Rule.parse(padded)) == "FREQ=WEEKLY;BYDAY=MO,TU"


def test_the_first_date_is_counted_from_the_anchor() -> None:
    rule = Rule.parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE")
    anchor = date(2026, 11, 25)

    assert rule.first(anchor, date(2026, 1, 1)) == anchor
    assert rule.first(anchor, date(2026, 11, 26)) == date(2026, 12, 7)
    assert rule.next(anchor, date(2026, 12, 7)) == date(2026, 12, 9)
    assert rule.next(anchor, date(2026, 12, 9)) == date(2026, 12, 21)


def test_the_first_day_of_the_week_decides_which_weeks_count() -> None:
    anchor = date(2026, 11, 29)  # a Sunday

    from_monday = Rule.parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU").next(anchor, anchor)
    from_sunday = Rule.parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU").next(anchor, anchor)

    assert (from_monday, from_sunday) == (date(2026, 12, 7), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("text", "anchor", "dates"),
    [
        ("FREQ=MONTHLY", date(2027, 1, 31), [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]),
        ("FREQ=YEARLY", date(2028, 2, 29), [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28)]),
        ("FREQ=WEEKLY;INTERVAL=3", date(2026, 11, 26), [date(2026, 12, 17), date(2027, 1, 7), date(2027, 1, 28)]),
    ],
)
def test_a_plain_interval_counts_from_its_anchor_and_is_clamped(text: str, anchor: date, dates: list[date]) -> None:
    rule = Rule.parse(text)

    found = [anchor]
    for _ in dates:
        found.append(rule.next(anchor, found[-1]))

    assert found[1:] == dates


def test_a_new_repeat_begins_with_the_first_date_of_its_pattern() -> None:
    today = date(2026, 11, 26)

    assert Rule.parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO").begin(today) == date(2026, 11, 30)
    assert Rule.parse("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1").begin(today) == date(2026, 12, 1)
    assert Rule.parse("FREQ=DAILY;INTERVAL=3").begin(today) == today
    assert Rule.parse("FREQ=MONTHLY").begin(today) == today


def test_a_rule_that_never_fits_its_anchor_has_no_first_date() -> None:
    odd_years = Rule.parse("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29")

    assert odd_years.first(date(2027, 1, 1), date(2027, 1, 1)) is None
    assert odd_years.first(date(2028, 1, 1), date(2028, 1, 1)) == date(2028, 2, 29)


def test_a_date_more_than_50_years_away_is_none() -> None:
    rule = Rule.parse("FREQ=YEARLY;INTERVAL=17;BYMONTH=2;BYMONTHDAY=29")

    assert rule.first(date(2001, 3, 1), date(2001, 3, 1)) is None  # 2052 is the first year of the rule with 29 February
    assert rule.first(date(2001, 3, 1), date(2002, 3, 1)) == date(2052, 2, 29)


@pytest.mark.parametrize(
    "text", ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYMONTHDAY=1,-1", "FREQ=YEARLY"]
)
def test_the_calendar_has_a_first_and_a_last_day(text: str) -> None:
    rule = Rule.parse(text)

    assert rule.first(date.min, date.min) == date.min  # a Monday
    assert rule.first(date(9999, 12, 31), date(9999, 12, 31)) == date.max  # a Friday
    assert rule.next(date.min, date.max) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", date(2027, 1, 1)),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", date(2027, 2, 1)),
        ("FREQ=YEARLY;BYMONTH=2;BYDAY=5MO", date(2026, 1, 1)),
        ("FREQ=DAILY;BYDAY=MO", date(2026, 1, 1)),
        ("FREQ=DAILY;INTERVAL=999", date(2026, 1, 1)),
        ("FREQ=WEEKLY;INTERVAL=999;BYDAY=MO", date(2026, 1, 1)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", date(1, 1, 1)),
    ],
)
def test_a_search_looks_through_few_periods(text: str, day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule.parse(text)
    looked_through = count_periods(monkeypatch)

    rule.next(day, day)
    rule.next(day, date(day.year + 2_000, 6, 1))

    assert 0 < len(looked_through) <= 2 * (HORIZON_YEARS + 1)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=5MO;BYSETPOS=23",
    ],
)
def test_a_rule_without_dates_is_refused_after_28_years(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_through = count_periods(monkeypatch)

    with pytest.raises(InvalidRule):
        Rule.parse(text)

    assert len(looked_through) <= 28 * 12


def count_periods(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The periods that searches look through from now on."""
    counted: list[int] = []
    dates = Rule._dates

    def counting(rule: Rule, period: int, anchor: date) -> list[date]:
        counted.append(period)
        return dates(rule, period, anchor)

    monkeypatch.setattr(Rule, "_dates", counting)
    return counted
