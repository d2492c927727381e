"""Words side by side that name one day: saturday 28th, fri 27 nov, friday next week, the 5th of next month.

Where they contradict each other, or a number beside a date is not understood, no date is read and they stay text:
fri 14 nov in a year where that is a Saturday, 31 dec 9999, tomorrow or friday.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from web.domain.quick_add.dates import FoundDate, one_date_at
from web.domain.quick_add.day_meanings import Meaning, days_from
from web.domain.quick_add.folding import AFTER
from web.domain.quick_add.reading import Context
from web.domain.quick_add.times import time_after, time_at
from web.domain.quick_add.vocabulary import NTH, NUMBER, WEEKDAY

# The days that a weekday and a day of the month are looked for in: each pair comes within a year, or is text.
DAYS_AHEAD = 366
_GAP = re.compile(r" *,? +(?:of +)?")
# A range or a choice of dates is not one day.
_JOINER = re.compile(r" *,? +(?:(?P<choice>and|or|&)|to|until|till|through|[/-]) +")
_MORE_WORDS = re.compile(rf"(?:(?:every|ev|each)!?|a +half|a +few){AFTER}")
_MORE_NUMBER = re.compile(rf"(?:on +)?(?:[0-9]+(?:st|nd|rd|th)?|{NUMBER}|so){AFTER}")
_NUMBER = re.compile(
    rf"(?:on +)?(?P<number>[0-9]{{1,9}})(?:(?P<ordinal>st|nd|rd|th)|(?P<more>(?: +[0-9]+(?:st|nd|rd|th)?)+))?{AFTER}"
)
# Friday after next and monday week are later than the friday or monday that begins them.
_LATER = re.compile(rf" +(?:after +next|week|fortnight){AFTER}")
# The 2nd tuesday of an unknown month, and mondays: days, but which?
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun|week|work)days|weekends"
_NO_ONE_DAY = re.compile(rf"(?:(?:on|by|due) +)?(?:the +)?(?:{NTH} +{WEEKDAY}|{_DAYS}){AFTER}")
# What may follow a number that belongs to a date: before any other word it counts what that word says (3 calls).
_NEXT_PART = "start|due|by|until|till|today|tomorrow|next|every!?|ev!?|each!?|daily|weekly|monthly|yearly"
_OVER = re.compile(rf" *(?:$|[0-9,;:.!?()\[\]#@]|//|(?:p[1-4]|{_NEXT_PART}){AFTER})")
# Short weekdays that are words as well: tomorrow sun cream.
_WORDS_TOO = ("sat", "sun")
_WORD = re.compile(rf" +(?!(?:{_NEXT_PART}|and|or|to|at|in|on|{WEEKDAY}) )[a-z]")
_YEAR_DIGITS = 4


def date_at(text: str, position: int, context: Context, *, begins_range: bool = False) -> FoundDate | None:
    """The date that begins at the position, with all words behind it that name the same day.

    With another date behind `to` or `and` both are text, unless the first may begin a range.
    """
    found = _first_at(text, position, context)
    return continued(found, text, found.end, context, begins_range=begins_range) if found else None


def continued(found: FoundDate, text: str, end: int, context: Context, *, begins_range: bool = False) -> FoundDate:
    """The date with the words that go on naming it at `end`, which lies behind the time of a timed one."""
    while more := _more_at(found, text, end, context, begins_range):
        found, end = more, more.end
    return found


def is_over(text: str, end: int) -> bool:
    """Whether no word of the title follows that a number at `end` could count."""
    return bool(_OVER.match(text, end)) or time_after(text, end) is not None


def _first_at(text: str, position: int, context: Context) -> FoundDate | None:
    if days := _NO_ONE_DAY.match(text, position):
        return FoundDate(days.end(), context.today, strong=True, is_clear=False)
    return one_date_at(text, position, context) or _ordinal_before(text, position, context)


def _ordinal_before(text: str, position: int, context: Context) -> FoundDate | None:
    """28th saturday, 5th of next month: an ordinal that is a date only by what follows."""
    match = _NUMBER.match(text, position)
    gap = _GAP.match(text, match.end()) if match and match["ordinal"] else None
    again = one_date_at(text, gap.end(), context) if gap else None
    if not match or not again or not {"weekday", "next month"} & {*again.names}:
        return None
    return _day_of_month(int(match["number"]), match.end(), context)


def _more_at(found: FoundDate, text: str, end: int, context: Context, begins_range: bool) -> FoundDate | None:
    later = _LATER.match(text, end)
    if later and is_over(text, later.end()):
        return _unclear(found, later.end())
    joiner = None if begins_range else _JOINER.match(text, end)
    gap = joiner or _GAP.match(text, end)
    if not gap:
        return None
    again = one_date_at(text, gap.end(), context)
    if joiner or not found.is_clear:
        end_of_more = again.end if again else _end_of_more(text, gap.end(), joiner)
        return _unclear(found, end_of_more) if end_of_more else None
    return _both(found, again, text, context) if again else _with_number(found, text, gap.end(), context)


def _both(found: FoundDate, again: FoundDate, text: str, context: Context) -> FoundDate | None:
    """Both as one date where they agree, text where they do not; of two relative dates each stands for itself."""
    meanings = found.meanings | again.meanings
    day = found.day if meanings == found.meanings else _common_day(meanings, context)
    if day:
        at, part = (again.at, again.part) if again.at else (found.at, found.part)
        names = tuple(dict.fromkeys((*found.names, *again.names)))
        strong = found.strong or again.strong or len(names) > 1
        return replace(found, end=again.end, day=day, strong=strong, at=at, part=part, names=names, agreeing=meanings)
    is_separate = found.is_relative and again.is_relative
    is_word = text[again.end - 3 : again.end] in _WORDS_TOO and bool(_WORD.match(text, again.end))
    if is_separate or is_word or again.prefix in ("due", "by", "for"):
        return None
    return _unclear(found, again.end)


def _with_number(found: FoundDate, text: str, position: int, context: Context) -> FoundDate | None:
    """The date with a number behind it: fri 13th, sat 28. One that is no day of the month makes both text."""
    match = _NUMBER.match(text, position)
    if not match or time_at(text, position):
        return None
    if not is_over(text, match.end()):
        return _before_a_word(found, match, text, context)
    again = None if match["more"] else _day_of_month(int(match["number"]), match.end(), context)
    # An ordinal is the next such date; a bare number may be an hour, so only that of the coming weeks is a day.
    is_day = again and (match["ordinal"] or (found.has_weekday and again.day.weekday() == found.day.weekday()))
    return _both(found, again, text, context) if again and is_day else _unclear(found, match.end())


def _before_a_word(found: FoundDate, match: re.Match[str], text: str, context: Context) -> FoundDate | None:
    """A number before another word counts what that says, unless it is an ordinal behind a weekday, or a year."""
    if match["ordinal"] and found.has_weekday:
        if found.day.day != int(match["number"]):
            return _unclear(found, match.end())
        return _both(found, replace(found, end=match.end(), names=("day",), agreeing=frozenset()), text, context)
    is_year = "month" in found.names and len(match["number"]) == _YEAR_DIGITS
    return _unclear(found, match.end()) if is_year else None


def _day_of_month(number: int, end: int, context: Context) -> FoundDate | None:
    days = (day for day in days_from(context.today, DAYS_AHEAD) if day.day == number)
    day = next(days, None)
    return FoundDate(end, day, strong=False, names=("day",)) if day else None


def _end_of_more(text: str, position: int, joiner: re.Match[str] | None) -> int | None:
    """The end of a number that no word follows, or of words for more: 24 dec to 27, tomorrow and every monday."""
    named = time_at(text, position)
    if named:
        return named.end if joiner and joiner["choice"] else None
    if joiner and (words := _MORE_WORDS.match(text, position)):
        return words.end()
    number = _MORE_NUMBER.match(text, position)
    return number.end() if number and is_over(text, number.end()) else None


def _unclear(found: FoundDate, end: int) -> FoundDate:
    return replace(found, end=end, is_clear=False)


def _common_day(meanings: frozenset[Meaning], context: Context) -> date | None:
    """The day that all of them can mean: the first from today on, or the only one of a week, month or year."""
    periods = [meaning for meaning in meanings if meaning.is_period]
    if periods:
        days = [day for day in periods[0].days() if _fit(meanings, day)]
        return days[0] if len(days) == 1 else None
    own = (meaning.day for meaning in sorted(meanings) if _fit(meanings, meaning.day))
    if any("month" in meaning.names for meaning in meanings):
        return next(own, None)
    return next(own, None) or next((day for day in days_from(context.today, DAYS_AHEAD) if _fit(meanings, day)), None)


def _fit(meanings: Iterable[Meaning], day: date) -> bool:
    return all(meaning.fits(day) for meaning in meanings)
