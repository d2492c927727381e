"""Folding: which texts a search takes for the same, and where in the original they stand."""

from itertools import pairwise
from random import Random
from unicodedata import normalize

import pytest

from web.domain.folding import MOST_TERMS, _folded, fold, match_spans, search_terms, search_text

SAME = {
    "case": ("PASSPORT", "passport"),
    "accents": ("pässport", "passport"),
    "decomposed accents": ("pa\u0308ssport", "pässport"),
    "final sigma": ("ΔΡΟΜΟΣ", "δρόμος"),
    "dotted capital I": ("İSTANBUL", "istanbul"),
    "dotless i": ("ısparta", "ISPARTA"),
    "sharp s": ("Straße", "STRASSE"),
    "capital sharp s": ("STRAẞE", "strasse"),
    "stroke": ("Łódź", "lodz"),
    "ligature": ("ﬁnd", "find"),
    "full width": ("Ａｂｃ１", "abc1"),
    "half-width kana": ("ﾃｽﾄ", "テスト"),
    "soft hyphen": ("co\u00adoperate", "cooperate"),
    "zero-width space": ("pass\u200bport", "passport"),
    "zero-width non-joiner": ("می\u200cخواهم", "میخواهم"),
    "word joiner and byte order mark": ("pass\u2060po\ufeffrt", "passport"),
    "direction marks": ("\u200fשלום\u200e", "שלום"),
    "variation selector": ("❤\ufe0f", "❤"),
    "Hebrew points": ("שָׁלוֹם", "שלום"),
    "Arabic vowels": ("كِتَاب", "كتاب"),
    "apostrophe": ("don’t", "don't"),
    "modifier apostrophe": ("donʼt", "don't"),
    "full-width apostrophe": ("don＇t", "don't"),
    "prime": ("5′", "5'"),
    "quotes": ("“Yes”", '"yes"'),
    "dashes": ("9–17", "9-17"),
    "non-breaking hyphen": ("e\u2011mail", "e-mail"),
    "no-break space": ("a\u00a0b", "a b"),
    "Georgian capitals": ("ᲐᲑ", "აბ"),
    "Cherokee": ("ꭰ", "Ꭰ"),
}
OTHER = {
    "kana voicing": ("が", "か"),
    "Indic vowel signs": ("कुल", "कल"),
    "Thai vowels": ("กิน", "กน"),
    "syllables": ("한", "하"),
    "letters": ("a", "b"),
}
LETTERS = "abSsßIiİıΣσςéÅÉfﬁ'’-–\u00ad\u200d\u0301\u0308 가한がかЖж😀👩\u200d👧Ǆǆŉ½"


@pytest.mark.parametrize("kind", SAME)
def test_texts_that_read_alike_have_one_folded_form(kind: str) -> None:
    one, other = SAME[kind]

    assert fold(one) == fold(other)


@pytest.mark.parametrize("kind", OTHER)
def test_texts_that_read_differently_keep_apart(kind: str) -> None:
    one, other = OTHER[kind]

    assert fold(one) != fold(other)


def test_folding_is_idempotent_for_every_character() -> None:
    # Unassigned planes and the large uniform blocks of Han and Hangul by sample.
    codes = [*range(0x3400), *range(0xA000, 0xAC00), *range(0xD7A4, 0xD800), *range(0xF900, 0x20000)]
    codes += [0x4E00, 0xAC00, 0xAC01, 0xD7A3, 0x2F800, 0x2FA1D, 0xE0001, 0xE0100, 0x10FFFF]

    assert [hex(code) for code in codes if fold(fold(chr(code))) != fold(chr(code))] == []


def test_no_folded_text_has_an_ascii_capital_or_a_mark_that_folds_away() -> None:
    folded = {fold(chr(code)) for code in range(0x3400) if not 0xD800 <= code < 0xE000}

    assert [text for text in folded if any("A" <= letter <= "Z" for letter in text)] == []


@pytest.mark.parametrize("seed", range(8))
def test_a_part_of_a_text_folds_to_a_part_of_the_folded_text(seed: int) -> None:
    random = Random(seed)
    for _ in range(200):
        text = normalize("NFC", "".join(random.choices(LETTERS, k=20)))
        start = random.randrange(20)
        part = text[start : start + random.randrange(1, 6)]

        # A part that begins with a mark is another text: NFC would add that mark to what stands before.
        if normalize("NFC", part) == part:
            assert fold(part) in fold(text), (part, text)


def test_terms_are_folded_and_the_longest_first() -> None:
    assert search_terms("Tea  PÄSSPORT don’t") == ["passport", "don't", "tea"]


def test_a_term_that_is_part_of_another_is_left_out() -> None:
    assert search_terms("pass port passport PASSPORT sport") == ["passport"]


def test_the_longest_terms_count() -> None:
    words = ["a" * 3 + letter for letter in "bcdefgh"] + ["zq", "long-word"]

    terms = search_terms(" ".join(words))

    assert len(terms) == MOST_TERMS
    assert terms[0] == "long-word" and "zq" not in terms


@pytest.mark.parametrize("query", ["", "  ", "\u200b", "\u00ad \u200d", "\u0301"])
def test_what_draws_nothing_is_no_term(query: str) -> None:
    assert search_terms(query) == []


def test_no_term_reaches_across_two_texts() -> None:
    (term,) = search_terms("milkbuy")

    assert term not in search_text("Milk", "Buy")
    assert search_text("Milk", None) == "milk\n"


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Renew the pässport", "passport", ["pässport"]),
        ("Straße", "ss", ["ß"]),
        ("Straße", "as", ["aß"]),
        ("die ﬁne Art", "in", ["ﬁn"]),
        ("co\u00adoperate", "coop", ["co\u00adop"]),
        ("ΔΡΟΜΟΣ, δρόμος", "δρομοσ", ["ΔΡΟΜΟΣ", "δρόμος"]),
        ("❤\ufe0f tea", "❤", ["❤\ufe0f"]),
        ("aaaa", "aa", ["aaaa"]),
        ("abcabc", "bc ca", ["bcabc"]),
        ("don’t", "don't", ["don’t"]),
        ("tea", "milk", []),
        ("tea", "", []),
        ("", "tea", []),
    ],
)
def test_matches_are_traced_back_to_what_was_written(text: str, query: str, marked: list[str]) -> None:
    spans = match_spans(text, search_terms(query))

    assert [text[start:end] for start, end in spans] == marked


@pytest.mark.parametrize("seed", range(8))
def test_a_text_is_marked_exactly_where_it_is_found(seed: int) -> None:
    random = Random(seed)
    for _ in range(200):
        text = normalize("NFC", "".join(random.choices(LETTERS, k=30)))
        terms = search_terms("".join(random.choices(LETTERS, k=3)))
        spans = match_spans(text, terms)

        assert bool(spans) == any(term in fold(text) for term in terms)
        assert all(any(term in fold(text[start:end]) for term in terms) for start, end in spans)
        assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_what_users_type_fills_no_memory() -> None:
    for code in range(0x3400, 0x9000):
        fold(chr(code))

    assert _folded.cache_info().currsize <= 4096
