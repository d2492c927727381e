"""The line as the patterns see it: as long as the line, in lower-case ASCII, with protected text blanked out."""

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category

LETTER, SYMBOL, PROTECTED = "\x01", "\x02", "\x00"
SAME = {**dict.fromkeys("’‘ʼ`´", "'"), **dict.fromkeys("“”„", '"'), **dict.fromkeys("–‑−", "-"), "—": ","}
MOST_PLAIN_WORDS = 50
# Words are whole: these characters beside one make it a part of something else (Monday's, v1.2.3, #tomorrow, 5-7).
_JOINING = r"a-z0-9_\x01'/+\-#@$%&=~*\\<>|^"
BEFORE = rf"(?<![{_JOINING}.:])"
# A full stop or colon belongs to the word only where something follows it.
AFTER = rf"(?![{_JOINING}]|[.:]+[a-z0-9_\x01'/+\-])"
SEPARATOR = re.compile(r" *,? +")
# A quotation begins with a word and ends with one: the inches of 5" do not open it.
_QUOTED = re.compile(rf'(?<![^ (\[])"[^"]+"(?![a-z0-9_{LETTER}])')


def fold(line: str) -> str:
    """As long as `line`: spaces of all kinds are one space, letters outside ASCII one letter, the rest symbols."""
    return "".join(map(_folded, line))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character.isspace():
        return " "
    if character.isascii() and character.isprintable():
        return character.lower()
    if character in SAME:
        return SAME[character]
    # Marks and joiners continue the letter before them.
    return LETTER if character.isalnum() or category(character)[0] == "M" or character == "\u200d" else SYMBOL


def protect(text: str, plain: Iterable[str]) -> str:
    """The folded text with quotations, and the words that the user wants kept as text, blanked out."""
    text = _QUOTED.sub(_blank, text)
    for words in list(plain)[:MOST_PLAIN_WORDS]:
        parts = [re.escape(part) for part in fold(words).split()]
        if parts:
            text = re.sub(rf"(?<![a-z0-9_{LETTER}])" + " +".join(parts) + rf"(?![a-z0-9_{LETTER}])", _blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return PROTECTED * len(match.group())


def is_quoted(line: str) -> bool:
    """Whether the whole line is one quotation."""
    text = fold(line[:1] + line[-1:])
    return len(line) > 2 and text == '""' and not any(_folded(character) == '"' for character in line[1:-1])
