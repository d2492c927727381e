"""Marks in a line: #list, #+new-list, @label, p1 to p4, and !!! !! !."""

import re
from collections.abc import Iterable
from unicodedata import normalize

from web.domain.quick_add.folding import AFTER, LETTER, PROTECTED, SYMBOL, fold
from web.domain.quick_add.times import time_at

MOST_LETTERS_OF_A_NAME = 100
_PRIORITY = re.compile(rf"(?:p([1-4])|(!{{1,3}})(?!\S)){AFTER}")
_QUOTED_NAME = re.compile(rf'[#@+]"([^"]{{1,{MOST_LETTERS_OF_A_NAME}}})"(?![a-z0-9_{LETTER}])')
_LETTERS = rf"a-z_{LETTER}{SYMBOL}"
# A label that does not exist yet is one word: letters, digits, hyphens. The rest (@5, @bob@example.com) is text.
_NEW_LABEL = re.compile(rf"@(?=[0-9-]*[{_LETTERS}])[0-9{_LETTERS}][0-9{_LETTERS}-]*{AFTER}")
_NEW_LIST = re.compile(rf"[#+](?=[0-9-]*[{_LETTERS}])[^ ,;!?)\]{PROTECTED}]+")
_NUMBER = re.compile(r"[#@+][0-9]+(?=[ ,;.:!?)]|$)")
_WORD = re.compile(r"([^ ]+) *")
_PLAIN_NAME = re.compile(r"[^\W\d][\w-]*")
_PUNCTUATION = ",;.:!?)"


class Names:
    """The names of lists or labels, found whatever their case and spaces."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {_key(name): name for name in names}
        self._most_words = max((len(key.split()) for key in self._names), default=0)

    def named(self, text: str) -> str | None:
        return self._names.get(_key(text))

    def longest_at(self, line: str, text: str, position: int) -> tuple[int, str] | None:
        """The longest name that begins at the position and ends with a word, and where it ends."""
        for end in reversed(list(self._ends(text, position))):
            name = self.named(line[position:end])
            if name is not None:
                return end, name
        return None

    def _ends(self, text: str, position: int) -> Iterable[int]:
        """Where a name may end: after each word, with and without the punctuation that follows it."""
        for _ in range(self._most_words):
            word = _WORD.match(text, position)
            if not word:
                return
            yield from sorted({position + len(word[1].rstrip(_PUNCTUATION)), word.end(1)})
            position = word.end()


def _key(name: str) -> str:
    return " ".join(normalize("NFC", name).split()).casefold()


def priority_at(text: str, position: int) -> tuple[int, int] | None:
    """The end and the priority: p1 to p4 in any place, or !!! (1), !! (2), ! (3) as a word of its own."""
    match = _PRIORITY.match(text, position)
    if not match:
        return None
    return match.end(), int(match[1]) if match[1] else 4 - len(match[2])


def known_name_at(line: str, text: str, position: int, names: Names) -> tuple[int, str] | None:
    """The end and the name after #, @ or #+ that exists: the longest that fits, or in quotes. Numbers are text."""
    if _NUMBER.match(text, position):
        return None
    if found := names.longest_at(line, text, position + 1):
        return found
    quoted = _QUOTED_NAME.match(text, position)
    name = names.named(line[quoted.start(1) : quoted.end(1)]) if quoted else None
    return (quoted.end(), name) if quoted and name is not None else None


def written(mark: str, name: str) -> str:
    """The mark and the name as they are read: in quotes where the name is no plain word."""
    plain = f"{mark}{name}"
    is_word = _PLAIN_NAME.fullmatch(name) and not time_at(fold(plain), 0)
    return plain if is_word or '"' in fold(name) else f'{mark}"{name}"'


def without_names(text: str) -> str:
    """As long as the text, with the names in quotes blanked out."""
    return _QUOTED_NAME.sub(lambda match: PROTECTED * len(match.group()), text)


def new_name_at(line: str, text: str, position: int) -> tuple[int, str] | None:
    """The end and the name of a list or label that does not exist yet: one word, or several in quotes."""
    quoted = _QUOTED_NAME.match(text, position)
    if quoted:
        name = " ".join(line[quoted.start(1) : quoted.end(1)].split())
        return (quoted.end(), name) if name else None
    match = (_NEW_LABEL if text[position] == "@" else _NEW_LIST).match(text, position)
    if not match:
        return None
    end = position + len(match.group().rstrip(".:"))
    return (end, line[position + 1 : end]) if 1 < end - position <= MOST_LETTERS_OF_A_NAME + 1 else None
