"""Folding: the form of a text in which searches compare it, the same on every database and in every locale.

Two texts that differ only in case, accents, width, typographic apostrophes and dashes, or in characters that are never
drawn have one folded form. Python's Unicode tables decide, never the database's `lower()`. Each character is folded by
itself, so part of a text folds to part of the folded text, and a match can be traced back to what was written.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

# A search compares this many terms: the longest ones. They are what narrows it; the rest would only cost time.
MOST_TERMS = 8
# Default_Ignorable_Code_Point of https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt: soft hyphens,
# joiners, direction marks, variation selectors, fillers. Python's unicodedata does not know this property.
_IGNORABLE_RANGES = (
    *((0xAD, 0xAD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
    *((0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)
# Letters that people leave the stroke, the hook or the dot off, although Unicode does not decompose them.
_LETTERS = {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
_EQUIVALENTS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´ʹʻʼʽ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys((chr(code) for first, last in _IGNORABLE_RANGES for code in range(first, last + 1)), ""),
        **_LETTERS,
    }
)


def fold(text: str) -> str:
    """The form of the text that searches compare. Idempotent."""
    text = unicodedata.normalize("NFC", text)
    return text.lower() if text.isascii() else "".join(map(_folded, text))


def search_text(*texts: str | None) -> str:
    """The folded form of everything that a record can be found by, a line each: no term reaches across two of them."""
    return "\n".join(fold(text or "") for text in texts)


def search_terms(query: str) -> list[str]:
    """The terms that a record must contain, folded and the longest first: at most MOST_TERMS.

    A term that is part of another one is left out, because it excludes nothing more.
    """
    terms: list[str] = []
    for term in sorted(dict.fromkeys(fold(query).split()), key=len, reverse=True):
        if len(terms) < MOST_TERMS and not any(term in longer for longer in terms):
            terms.append(term)
    return terms


def match_spans(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Where the terms of `search_terms` stand in the text as written (in NFC), as ascending, separate ranges."""
    folded, origins = _with_origins(text)
    hit = bytearray(len(text))
    for start, end in _occurrences(folded, terms):
        first, last = origins[start], origins[end - 1]
        hit[first : last + 1] = b"\1" * (last + 1 - first)
    return list(_ranges(_with_marks(text, hit)))


def _with_origins(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the place of the one that it comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    segments = [_folded(character) for character in text]
    return "".join(segments), [place for place, segment in enumerate(segments) for _ in segment]


def _occurrences(folded: str, terms: Iterable[str]) -> Iterator[tuple[int, int]]:
    for term in terms:
        start = folded.find(term)
        while start >= 0:
            yield start, start + len(term)
            start = folded.find(term, start + 1)


def _with_marks(text: str, hit: bytearray) -> bytearray:
    """What draws nothing by itself belongs to the character before it."""
    for place in range(1, len(text)):
        if hit[place - 1] and not hit[place] and not text[place].isascii() and not _folded(text[place]):
            hit[place] = 1
    return hit


def _ranges(hit: bytearray) -> Iterator[tuple[int, int]]:
    for is_hit, places in groupby(range(len(hit)), key=lambda place: hit[place]):
        if is_hit:
            found = list(places)
            yield found[0], found[-1] + 1


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """One character of a text in NFC. Folding can make another character that folds on, as ŉ does to ʼn."""
    folded = _once(character)
    while (further := "".join(map(_once, folded))) != folded:
        folded = further
    return unicodedata.normalize("NFC", folded)


def _once(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character.translate(_EQUIVALENTS)).translate(_EQUIVALENTS)
    return "".join(part for part in decomposed if not _is_accent(part)).casefold().translate(_EQUIVALENTS)


def _is_accent(character: str) -> bool:
    """Overlays, Hebrew and Arabic points, and what stands above or below: by canonical combining class.

    Other marks tell words apart: kana voicing (8), viramas (9), the vowel signs of Indic and Thai (0, 84 to 132).
    """
    combining = unicodedata.combining(character)
    return combining == 1 or 10 <= combining <= 36 or combining >= 200
