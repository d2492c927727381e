"""What each rule of quick add reads, and what it leaves alone."""

from dataclasses import replace

import pytest

from tests.domain.quick_add.lines import CONTEXT, summary

Lines = list[tuple[str, str]]

QUOTES_AND_NOTES: Lines = [
    ("“Buy tomorrow”", "Buy tomorrow"),
    ('"  "', '"  "'),
    ('"" tomorrow', '"" tomorrow'),
    ("Milk tomorrow" + " " * 600, "Milk · 2026-11-27"),
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
    ("Milk (@shop) (#Home)", "Milk (@shop) (#Home)"),
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
    ("Call Bob—tomorrow", "Call Bob · 2026-11-27"),
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
    ("Agree on the start 1 dec", "Agree on the start · 2026-12-01"),
    ("tonight at 9 film", "film · 2026-11-26 21:00"),
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
    ("Call 5pm in 2 hours", "Call 5pm · 2026-11-26 16:30"),
    ("Call 5pm p1 today in 3 days", "Call 5pm today · 2026-11-29 · p1"),
    ("Meet sat 5pm talk at 9", "Meet 5pm talk · 2026-11-28 09:00"),
    ("5pm", "5pm"),
    ("tomorrow p1 #Home @x", "tomorrow p1 #Home @x"),
    ("- tomorrow!", "- tomorrow!"),
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
    ],
)
def test_line_is_read_by_the_rules(line: str, expected: str) -> None:
    assert summary(line) == expected


def test_a_number_is_never_a_list_unless_quoted() -> None:
    context = replace(CONTEXT, lists=("42", "Home 7"))

    assert summary("Fix #42", context) == "Fix #42"
    assert summary('Fix #"42"', context) == "Fix · list 42"
    assert summary("Fix #home 7", context) == "Fix · list Home 7"


def test_letters_with_accents_are_the_same_however_they_are_encoded() -> None:
    context = replace(CONTEXT, lists=("Caf\u00e9",), labels=("Tsch\u00fc\u00df",))

    assert summary("Milk #cafe\u0301 @TSCHU\u0308SS", context) == "Milk · list Caf\u00e9 · @Tsch\u00fc\u00df"
