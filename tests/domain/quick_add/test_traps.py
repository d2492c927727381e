"""What each rule of quick add reads, and what it leaves alone."""

from dataclasses import replace

import pytest

from tests.domain.quick_add.lines import CONTEXT, at, summary

Lines = list[tuple[str, str]]

QUOTES_AND_NOTES: Lines = [
    ("“Buy tomorrow”", "Buy tomorrow"),
    ('"a" and "b" tomorrow', '"a" and "b" · 2026-11-27'),
    ('Say "hi // there" tomorrow', 'Say "hi // there" · 2026-11-27'),
    ('Buy 5" pipe tomorrow and 6" hose', 'Buy 5" pipe and 6" hose · 2026-11-27'),
    ("Milk //two litres", "Milk · // two litres"),
    ("Milk // tomorrow p1 #Home", "Milk · // tomorrow p1 #Home"),
    ("Milk // a // b", "Milk · // a // b"),
    ("Milk //", "Milk"),
    ("milk//eggs", "milk//eggs"),
    ("milk ///eggs", "milk ///eggs"),
    ("// only a note", "// only a note"),
    ("tomorrow // call Bob", "tomorrow · // call Bob"),
    ("\\#home and \\@bob are \\p1", "#home and @bob are p1"),
    ("Fix \\// comments", "Fix // comments"),
    ("Buy \\next friday magazine", "Buy next friday magazine"),
    ("Buy \\every day cards", "Buy every day cards"),
    ("Copy C:\\tomorrow and \\\\server\\friday", "Copy C:\\tomorrow and \\\\server\\friday"),
    ("Fix \\begin{tabular}", "Fix \\begin{tabular}"),
]
LISTS_AND_LABELS: Lines = [
    ("Desk #home OFFICE", "Desk · list Home office"),
    ('Desk #"home office" lamp', "Desk lamp · list Home office"),
    ('Desk #"Home" office', "Desk office · list Home"),
    ("Desk #Homework", "Desk #Homework"),
    ("Desk #Home, then shop", "Desk, then shop · list Home"),
    ("Desk #Home #Work", "Desk #Work · list Home"),
    ("Fix #42 and #tomorrow", "Fix #42 and #tomorrow"),
    ("Fix a#Home", "Fix a#Home"),
    ("See x.org/#Home and x.org/tomorrow", "See x.org/#Home and x.org/tomorrow"),
    ("Milk fri #Groceries", "Milk #Groceries · 2026-11-27"),
    ("Milk @shop @Shop @bank", "Milk · @shop · @bank"),
    ('Milk @"corner shop"', "Milk · @corner shop"),
    ("Milk @Käse", "Milk · @Käse"),
    ("Milk @5 cents", "Milk @5 cents"),
    ("Write @bob@example.social", "Write @bob@example.social"),
    ("Update @angular/core", "Update @angular/core"),
    ("Lunch @12:30 with Bob", "Lunch with Bob · 2026-11-27 12:30"),
    ("Lunch @5pm", "Lunch · 2026-11-26 17:00"),
    ("Fri @ 7pm dinner", "dinner · 2026-11-27 19:00"),
]
PRIORITIES: Lines = [
    ("P2 milk p1", "milk p1 · p2"),
    ("milk p4", "milk"),
    ("!!! milk", "milk · p1"),
    ("milk !!", "milk · p2"),
    ("milk !", "milk · p3"),
    ("Wow!!! milk", "Wow!!! milk"),
    ("What?!", "What?!"),
    ("!!!! p5 p0 HP1 mp3", "!!!! p5 p0 HP1 mp3"),
    ("range p1-p3", "range p1-p3"),
]
WHOLE_WORDS: Lines = [
    ("Buy tomorrow's bread", "Buy tomorrow's bread"),
    ("Buy today’s paper", "Buy today’s paper"),
    ("Every day's work", "Every day's work"),
    ("Ship v1.2.3", "Ship v1.2.3"),
    ("Trip may 2-4", "Trip may 2-4"),
    ("Trip may 2–4", "Trip may 2–4"),
    ("today/tomorrow", "today/tomorrow"),
    ("call 9:30:15", "call 9:30:15"),
    ("Mail bob@today.com", "Mail bob@today.com"),
    ("éfri", "éfri"),
    ("sun\u0301", "sun\u0301"),
    ("Call Bob tomorrow.", "Call Bob. · 2026-11-27"),
    ("Call Bob fri!", "Call Bob! · 2026-11-27"),
    ("Tomorrow: call Bob", "call Bob · 2026-11-27"),
    ("Call Bob, tomorrow, about tax", "Call Bob, about tax · 2026-11-27"),
    ("Call Bob (tomorrow 5pm) about tax", "Call Bob about tax · 2026-11-27 17:00"),
    ("Call Bob - tomorrow", "Call Bob · 2026-11-27"),
    ("Call\u00a0Bob\u00a0tomorrow\u00a0at\u00a09", "Call\u00a0Bob · 2026-11-27 09:00"),
]
STRONG: Lines = [
    ("Today call Bob", "call Bob · 2026-11-26"),
    ("tmr call Bob", "call Bob · 2026-11-27"),
    ("Film tonight", "Film · 2026-11-26 19:00"),
    ("this evening film", "film · 2026-11-26 19:00"),
    ("Tonight film at 9", "film · 2026-11-26 21:00"),
    ("Run tomorrow morning", "Run · 2026-11-27 09:00"),
    ("Run tomorrow afternoon", "Run · 2026-11-27 12:00"),
    ("Run tomorrow night", "Run · 2026-11-27 22:00"),
    ("Run tomorrow evening at 8", "Run · 2026-11-27 20:00"),
    ("in a week call Bob", "call Bob · 2026-12-03"),
    ("Call in ten minutes", "Call · 2026-11-26 14:40"),
    ("Call in an hour", "Call · 2026-11-26 15:30"),
    ("Call in two months", "Call · 2027-01-26"),
    ("Call in 2 weeks' time", "Call · 2026-12-10"),
    ("Call in 0 days", "Call in 0 days"),
    ("+3d call", "call · 2026-11-29"),
    ("+2w call", "call · 2026-12-10"),
    ("+1m call", "call · 2026-12-26"),
    ("+1y call", "call · 2027-11-26"),
    ("Plan next week menu", "Plan menu · 2026-11-30"),
    ("Plan next month", "Plan · 2026-12-01"),
    ("Plan next year", "Plan · 2027-01-01"),
    ("2026-12-24 presents", "presents · 2026-12-24"),
    ("24 dec presents", "presents · 2026-12-24"),
    ("the 24th of december presents", "presents · 2026-12-24"),
    ("dec 24th presents", "presents · 2026-12-24"),
    ("Dec. 24, 2027 presents", "presents · 2027-12-24"),
    ("24.12.2026 presents", "presents · 2026-12-24"),
    ("next fri party", "party · 2026-12-04"),
    ("On monday call Bob", "call Bob · 2026-11-30"),
    ("due sat call Bob", "call Bob · 2026-11-28"),
    ("due 27/1 call Bob", "call Bob · 2027-01-27"),
    ("fri 5pm call Bob", "call Bob · 2026-11-27 17:00"),
    ("5pm tomorrow call Bob", "call Bob · 2026-11-27 17:00"),
    ("Tomorrow call Bob 5pm", "call Bob · 2026-11-27 17:00"),
    ("Book for 24 dec", "Book · 2026-12-24"),
    ("Dentist fri 27 nov 10:00", "Dentist · 2026-11-27 10:00"),
    ("Party 24 dec, thu", "Party · 2026-12-24"),
    ("Paint start monday due 4 dec", "Paint · 2026-12-04 · start 2026-11-30"),
    ("Paint start tomorrow 9am", "Paint 9am · start 2026-11-27"),
    ("Start tomorrow with the report", "Start with the report · 2026-11-27"),
]
WEAK: Lines = [
    ("Call Bob fri p1 @phone", "Call Bob · 2026-11-27 · @phone · p1"),
    ("Saturday morning cartoons", "Saturday morning cartoons"),
    ("Run sat morning", "Run · 2026-11-28 09:00"),
    ("Call weekend", "Call · 2026-11-28"),
    ("Pay 24.12.", "Pay · 2026-12-24"),
    ("Pay 24.12", "Pay 24.12"),
    ("Pay 27/1/2027", "Pay · 2027-01-27"),
    ("Pay by the end of the month", "Pay · 2026-11-30"),
    ("Standup by 5pm", "Standup · 2026-11-26 17:00"),
    ("5pm standup", "5pm standup"),
    ("Lunch noon", "Lunch · 2026-11-27 12:00"),
    ("The daily", "The daily"),
    ("Standup daily", "Standup · 2026-11-26 · DAILY"),
    ("Yoga weekly on tue and thu 18:00", "Yoga · 2026-11-26 18:00 · WEEKLY;BYDAY=TU,TH"),
    ("Bill monthly on the 15th", "Bill · 2026-12-15 · MONTHLY;BYMONTHDAY=15"),
    ("Plan for the weekend", "Plan for the weekend"),
    ("Notes from monday 5pm", "Notes from monday 5pm"),
    ("Open until 5pm", "Open until 5pm"),
    ("Open mon to fri", "Open mon to fri"),
    ("Clean mon and fri", "Clean mon and fri"),
    ("Ask about monday", "Ask about monday"),
    ("my friday", "my friday"),
]
NEVER: Lines = [
    ("Plan may", "Plan may"),
    ("Plan 2027", "Plan 2027"),
    ("Route 66", "Route 66"),
    ("Visit 5th avenue", "Visit 5th avenue"),
    ("Half 1/2", "Half 1/2"),
    ("for 3/4", "for 3/4"),
    ("Pay on 1/2", "Pay · 2027-02-01"),
    ("Pay by 1/3", "Pay · 2027-03-01"),
    ("Pay on 24/7", "Pay · 2027-07-24"),
]
MEANINGS: Lines = [
    ("Call thu", "Call · 2026-12-03"),
    ("Call this thu", "Call · 2026-11-26"),
    ("Call next thu", "Call · 2026-12-03"),
    ("Call next weekend", "Call · 2026-12-05"),
    ("Call 26 nov", "Call · 2026-11-26"),
    ("Call 25 nov", "Call · 2027-11-25"),
    ("Call the 26th", "Call · 2026-11-26"),
    ("Call the 31st", "Call · 2026-12-31"),
    ("Call the 32nd", "Call the 32nd"),
    ("Call 11/27", "Call · 2026-11-27"),
    ("Call 13/13", "Call 13/13"),
    ("Call 29/2", "Call · 2028-02-29"),
    ("Call 29 feb 2027", "Call 29 feb 2027"),
    ("Call 31.11.", "Call 31.11."),
    ("Call 2026-02-30", "Call 2026-02-30"),
]
TIMES: Lines = [
    ("Call at 1", "Call · 2026-11-27 13:00"),
    ("Call at 6", "Call · 2026-11-26 18:00"),
    ("Call at 7", "Call · 2026-11-27 07:00"),
    ("Call at 3:30", "Call · 2026-11-26 15:30"),
    ("Call at 03:30", "Call · 2026-11-27 03:30"),
    ("Call 14:30", "Call · 2026-11-27 14:30"),
    ("Call 14:31", "Call · 2026-11-26 14:31"),
    ("Call today 9am", "Call · 2026-11-26 09:00"),
    ("Call 12am", "Call · 2026-11-27 00:00"),
    ("Call 12:15am", "Call · 2026-11-27 00:15"),
    ("Call 12pm", "Call · 2026-11-27 12:00"),
    ("Call 5 p.m.", "Call · 2026-11-26 17:00"),
    ("Call 9 o'clock", "Call · 2026-11-27 09:00"),
    ("Call at 8 in the evening", "Call · 2026-11-26 20:00"),
    ("Call 13pm", "Call 13pm"),
    ("Call 25:00", "Call 25:00"),
    ("Call at 24", "Call at 24"),
    ("Meet tomorrow 5pm in 3 days", "Meet tomorrow 5pm · 2026-11-29"),
    ("Tomorrow 9am call Bob 5pm", "9am call Bob · 2026-11-27 17:00"),
    ("Call 5pm p1 fri mon", "Call 5pm fri · 2026-11-30 · p1"),
    ("Meet fri 5pm talk at 9", "Meet fri 5pm talk · 2026-11-27 09:00"),
    ("5pm", "5pm"),
    ("tomorrow p1 #Home @x", "tomorrow p1 #Home @x"),
    ("- tomorrow!", "- tomorrow!"),
]
REPEATS: Lines = [
    ("Every monday call mum", "call mum · 2026-11-30 · WEEKLY;BYDAY=MO"),
    ("Rest ev other day", "Rest · 2026-11-26 · DAILY;INTERVAL=2"),
    ("Rest each 2nd week", "Rest · 2026-11-26 · WEEKLY;INTERVAL=2;BYDAY=TH"),
    ("Rest every two weeks on tue", "Rest · 2026-12-01 · WEEKLY;INTERVAL=2;BYDAY=TU"),
    ("Rest every month", "Rest · 2026-11-26 · MONTHLY;BYMONTHDAY=26"),
    ("Rest every! month", "Rest · 2026-11-26 · MONTHLY · completion"),
    ("Rest every! week on monday", "Rest · 2026-11-30 · WEEKLY;BYDAY=MO · completion"),
    ("Rest every quarter", "Rest · 2026-11-26 · MONTHLY;INTERVAL=3;BYMONTHDAY=26"),
    ("Rest every 3 months on the 1st", "Rest · 2026-12-01 · MONTHLY;INTERVAL=3;BYMONTHDAY=1"),
    ("Rest every year", "Rest · 2026-11-26 · YEARLY;BYMONTH=11;BYMONTHDAY=26"),
    ("Rest every workday", "Rest · 2026-11-26 · WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("Rest every weekend", "Rest · 2026-11-28 · WEEKLY;BYDAY=SA"),
    ("Rest every mon, wed and fri", "Rest · 2026-11-27 · WEEKLY;BYDAY=MO,WE,FR"),
    ("Rest every mon wed fri", "Rest · 2026-11-27 · WEEKLY;BYDAY=MO,WE,FR"),
    ("Rest every 2 fridays", "Rest · 2026-11-27 · WEEKLY;INTERVAL=2;BYDAY=FR"),
    ("Rest every 2nd tuesday", "Rest · 2026-12-08 · MONTHLY;BYDAY=2TU"),
    ("Rest every last friday of the month", "Rest · 2026-11-27 · MONTHLY;BYDAY=-1FR"),
    ("Rest every 5th friday", "Rest · 2027-01-29 · MONTHLY;BYDAY=5FR"),
    ("Rest every first workday", "Rest · 2026-12-01 · MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"),
    ("Rest every 27th", "Rest · 2026-11-27 · MONTHLY;BYMONTHDAY=27"),
    ("Rest every 1st and 15th", "Rest · 2026-12-01 · MONTHLY;BYMONTHDAY=1,15"),
    ("Rest every 30th", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
    ("Rest every 29th", "Rest · 2026-11-29 · MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
    ("Rest every 1st and 30th", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=1,28,29,30;BYSETPOS=1,-1"),
    ("Rest every 28th and 30th", "Rest · 2026-11-28 · MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=1,-1"),
    ("Rest every 30th and 31st", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=30,-1"),
    ("Rest every last day", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=-1"),
    ("Rest every month on the last workday", "Rest · 2026-11-30 · MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("Rest every jan 27", "Rest · 2027-01-27 · YEARLY;BYMONTH=1;BYMONTHDAY=27"),
    ("Rest every year on 27 jan", "Rest · 2027-01-27 · YEARLY;BYMONTH=1;BYMONTHDAY=27"),
    ("Rest every 29 feb", "Rest · 2027-02-28 · YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
    ("Rest every evening", "Rest · 2026-11-26 19:00 · DAILY"),
    ("Rest every morning at 6", "Rest · 2026-11-27 06:00 · DAILY"),
    ("Rest every monday night", "Rest · 2026-11-30 22:00 · WEEKLY;BYDAY=MO"),
    ("Rest every 3 days at 9", "Rest · 2026-11-27 09:00 · DAILY;INTERVAL=3"),
    ("Rest every month at 9am", "Rest · 2026-11-27 09:00 · MONTHLY;BYMONTHDAY=27"),
    ("Rest every monday starting 1 dec", "Rest · 2026-12-07 · WEEKLY;BYDAY=MO"),
    ("Rest every 3 days from 2026-11-21", "Rest · 2026-11-27 · DAILY;INTERVAL=3"),
    ("Rest every month starting 31 jan", "Rest · 2027-01-31 · MONTHLY;BYMONTHDAY=-1"),
    ("Rest every day for 2 weeks", "Rest · 2026-11-26 · DAILY · until 2026-12-09"),
    ("Rest every month for three months", "Rest · 2026-11-26 · MONTHLY;BYMONTHDAY=26 · until 2027-02-25"),
    ("Rest every day till fri", "Rest · 2026-11-26 · DAILY · until 2026-11-27"),
    (
        "Rest every month starting 1 feb ending 1 jan",
        "Rest · 2027-02-01 · MONTHLY;BYMONTHDAY=1 · until 2028-01-01",
    ),
    ("Every day 18:00 walk at 9", "walk at 9 · 2026-11-26 18:00 · DAILY"),
    ("Rest every month at 9am from today", "Rest · 2026-11-27 09:00 · MONTHLY;BYMONTHDAY=27"),
    ("Rest tomorrow every 3 days", "Rest · 2026-11-27 · DAILY;INTERVAL=3"),
    ("Rest every monday until tomorrow", "Rest every monday until tomorrow"),
    ("Rest every hour", "Rest every hour"),
    ("Rest every 1000 days", "Rest every 1000 days"),
    ("Rest every 200 years", "Rest every 200 years"),
    ("Rest every 7 months on the 5th fri", "Rest · 2027-01-29 · MONTHLY;INTERVAL=7;BYDAY=5FR"),
    ("Rest every 599 months on the 5th fri", "Rest every 599 months on the 5th fri"),
    ("Rest every! 599 months on the 5th fri", "Rest every! 599 months on the 5th fri"),
    ("Rest every feb 30", "Rest every feb 30"),
    ("Rest every 35th", "Rest every 35th"),
    ("Rest every 3rd day", "Rest every 3rd day"),
]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        *QUOTES_AND_NOTES,
        *LISTS_AND_LABELS,
        *PRIORITIES,
        *WHOLE_WORDS,
        *STRONG,
        *WEAK,
        *NEVER,
        *MEANINGS,
        *TIMES,
        *REPEATS,
    ],
)
def test_line_is_read_by_the_rules(line: str, expected: str) -> None:
    assert summary(line) == expected


# Lines that other task lists got wrong, as their users reported them.
REPORTED: Lines = [
    ("Move old monitor to attic", "Move old monitor to attic"),
    ("Mark the Jane Decide file", "Mark the Jane Decide file"),
    ("paprika", "paprika"),
    ("Renovation - 2nd Floor Bath", "Renovation - 2nd Floor Bath"),
    ("The 5th Wave", "The 5th Wave"),
    ("check money", "check money"),
    ("Buy 40th birthday gift", "Buy 40th birthday gift"),
    ("Meet Amela", "Meet Amela"),
    ("1 hour of decluttering", "1 hour of decluttering"),
    ("Theresa may become PM soon", "Theresa may become PM soon"),
    ("Call mom (tomorrow)", "Call mom · 2026-11-27"),
    ("Call mom tomorrow 9am", "Call mom · 2026-11-27 09:00"),
    ("every friday call mom tomorrow", "call mom · 2026-11-27 · WEEKLY;BYDAY=FR"),
    ("Standup every monday and friday", "Standup · 2026-11-27 · WEEKLY;BYDAY=MO,FR"),
    ("Review every week monday notes", "Review monday notes · 2026-11-26 · WEEKLY;BYDAY=TH"),
    ("Test Thursday at 6am weekly", "Test · 2026-12-03 06:00 · WEEKLY;BYDAY=TH"),
    ("Call 5 pm on the 21st", "Call · 2026-12-21 17:00"),
    ("Call 02:00 pm", "Call · 2026-11-27 14:00"),
    ("Deploy 01.12.2026", "Deploy · 2026-12-01"),
    ("Time entry for 2nd September", "Time entry · 2027-09-02"),
    ("Paint fence #Home Improvements", "Paint fence Improvements · list Home"),
]


@pytest.mark.parametrize(("line", "expected"), REPORTED)
def test_line_that_others_misread_is_read(line: str, expected: str) -> None:
    assert summary(line) == expected


SUNDAY = 6


@pytest.mark.parametrize(
    ("moment", "week_start", "line", "expected"),
    [
        # Tuesday: next tuesday is not today.
        ("2022-08-16T09:00", 0, "Call next tuesday", "Call · 2022-08-23"),
        ("2022-08-16T09:00", SUNDAY, "Call next tuesday", "Call · 2022-08-23"),
        # Monday and Friday: a bare weekday is never in the past.
        ("2022-01-10T09:00", 0, "Call friday", "Call · 2022-01-14"),
        ("2022-01-10T09:00", 0, "Call next friday", "Call · 2022-01-21"),
        ("2021-07-09T09:00", SUNDAY, "Call sunday", "Call · 2021-07-11"),
        ("2021-07-09T09:00", SUNDAY, "Call next sunday", "Call · 2021-07-11"),
        # Sunday: the next week begins tomorrow, or in a week where weeks begin on Sunday.
        ("2025-01-12T09:00", 0, "Call next monday", "Call · 2025-01-13"),
        ("2025-01-12T09:00", SUNDAY, "Call next monday", "Call · 2025-01-20"),
        ("2025-01-12T09:00", 0, "Call next week", "Call · 2025-01-13"),
        ("2025-01-12T09:00", SUNDAY, "Call next week", "Call · 2025-01-19"),
        ("2025-01-12T09:00", 0, "Trip this weekend", "Trip · 2025-01-12"),
        ("2025-01-11T09:00", 0, "Trip weekend", "Trip · 2025-01-11"),
        # The last days of a year and of a leap year's February.
        ("2012-12-31T09:00", 0, "Call next friday", "Call · 2013-01-11"),
        ("2026-12-31T09:00", 0, "Call next month", "Call · 2027-01-01"),
        ("2028-02-29T09:00", 0, "Call 29 feb", "Call · 2028-02-29"),
        ("2028-03-01T09:00", 0, "Call 29 feb", "Call · 2032-02-29"),
        ("2097-01-01T09:00", 0, "Call 29 feb", "Call · 2104-02-29"),
        ("2027-01-31T09:00", 0, "Call in 1 month", "Call · 2027-02-28"),
        ("2027-01-31T09:00", 0, "Rest every month", "Rest · 2027-01-31 · MONTHLY;BYMONTHDAY=-1"),
        # The clock goes back at 3 on 25 October, and forward at 2 on 28 March.
        ("2026-10-25T01:30", 0, "Ring in 2 hours", "Ring · 2026-10-25 02:30"),
        ("2027-03-28T01:30", 0, "Ring in 1 hour", "Ring · 2027-03-28 03:30"),
        ("2026-11-26T23:50", 0, "Ring in 20 minutes", "Ring · 2026-11-27 00:10"),
    ],
)
def test_dates_depend_on_the_day_and_the_start_of_the_week(
    moment: str, week_start: int, line: str, expected: str
) -> None:
    context = at(moment, week_start=week_start)

    assert summary(line, context) == expected


def test_a_number_is_never_a_list_unless_quoted() -> None:
    context = replace(CONTEXT, lists=("42", "Home 7"))

    assert summary("Fix #42", context) == "Fix #42"
    assert summary('Fix #"42"', context) == "Fix · list 42"
    assert summary("Fix #home 7", context) == "Fix · list Home 7"


def test_weeks_that_are_left_out_begin_where_the_users_week_does() -> None:
    context = at("2026-11-26T14:30", week_start=SUNDAY)

    assert summary("Bins every other sun, wed", context) == (
        "Bins · 2026-11-29 · WEEKLY;INTERVAL=2;BYDAY=WE,SU;WKST=SU"
    )


def test_today_is_the_users_day() -> None:
    in_new_york = at("2026-11-26T23:00", zone="America/New_York")

    assert summary("Call tomorrow", in_new_york) == "Call · 2026-11-27"
    assert summary("Call tomorrow", CONTEXT) == "Call · 2026-11-27"
