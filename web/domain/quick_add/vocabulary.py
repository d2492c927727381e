"""The words that quick add knows, as pieces of patterns over folded text."""

import re

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
PARTS_OF_DAY = {"morning": 9, "afternoon": 12, "evening": 19, "night": 22}

WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
NUMBER = rf"(?:[0-9]{{1,3}}|{'|'.join(_NUMBERS)})"
ORDINAL = r"[0-3]?[0-9](?:st|nd|rd|th)"
NTH = rf"(?:{'|'.join(_ORDINALS)}|last|[1-5](?:st|nd|rd|th))"
PART_OF_DAY = rf"(?:{'|'.join(PARTS_OF_DAY)})"
_DAY = r"[0-3]?[0-9]"
# 24 dec, the 24th of december, dec 24th
DAY_AND_MONTH = (
    rf"(?:(?:the +)?(?P<day>{_DAY})(?:st|nd|rd|th)? +(?:of +)?(?P<month>{MONTH})"
    rf"|(?P<month_first>{MONTH}) +(?P<day_second>{_DAY})(?:st|nd|rd|th)?)"
)


def weekday_number(word: str) -> int:
    """Monday is 0."""
    return _DAYS.index(word[:3])


def weekday_numbers(words: str) -> list[int]:
    return [weekday_number(word) for word in re.findall(WEEKDAY, words)]


def number(word: str) -> int:
    """A number in digits or words; `a` and `an` are one."""
    if word in ("a", "an"):
        return 1
    return _NUMBERS.index(word) + 1 if word in _NUMBERS else int(word)


def nth(word: str) -> int:
    """The place within a month: -1 for the last."""
    if word == "last":
        return -1
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else int(word[0])


def day_and_month(match: re.Match[str]) -> tuple[int, int]:
    """The day and month that DAY_AND_MONTH found."""
    month = match["month"] or match["month_first"]
    return int(match["day"] or match["day_second"]), _MONTHS.index(month[:3]) + 1
