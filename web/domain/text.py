"""What people type: one spelling, no control characters, lengths in code points."""

import re
import unicodedata

_BREAKS = re.compile(r"\r\n|\r|\u2028|\u2029")
_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
_BREAKS_AND_TABS = re.compile(r"[\t\n]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Unicode's white space, and what draws nothing between letters: zero-width marks, direction marks, blank letters.
_RANGES = (
    *((0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0xAD, 0xAD), (0x034F, 0x034F), (0x061C, 0x061C)),
    *((0x115F, 0x1160), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x2064)),
    *((0x2066, 0x206F), (0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
)
BLANK_CHARACTERS = "".join(chr(code) for first, last in _RANGES for code in range(first, last + 1))
# Letters and symbols that draw nothing although Unicode does not call them spaces.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
_BLANK_CATEGORIES = ("Zs", "Zl", "Zp", "Cf", "Mn", "Me")


def paragraph(text: str) -> str:
    """NFC, line breaks as \\n, without blank lines around it. Raises ValueError for control characters.

    The first line keeps its indentation, like every other.
    """
    text = _BREAKS.sub("\n", text)
    if not is_printable(text):
        raise ValueError("Take out the control characters; they cannot be shown.")
    return _BLANK_LINES.sub("", unicodedata.normalize("NFC", text)).rstrip()


def line(text: str) -> str:
    """As `paragraph`, on one line and trimmed: a pasted line break or tab becomes a space."""
    return _BREAKS_AND_TABS.sub(" ", paragraph(text).strip())


def shown_line(text: str) -> str:
    """Any stored text on one printable line; what a form would refuse becomes a space."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def search_terms(text: str, at_most: int) -> str:
    """For searching: what cannot be searched for is left out, never refused."""
    return " ".join(unicodedata.normalize("NFC", _UNPRINTABLE.sub(" ", text)).split())[:at_most].strip()


def is_printable(text: str) -> bool:
    """Neither a control character nor half of a surrogate pair in it: a database can hold it."""
    return not _UNPRINTABLE.search(text)


def is_blank(text: str) -> bool:
    """Nothing that a user would see: spaces, joiners, direction marks, blank letters."""
    return all(unicodedata.category(c) in _BLANK_CATEGORIES or c in _BLANK_LETTERS for c in text)
