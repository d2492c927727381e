"""User input is normalised: line breaks, spaces, composed characters, control characters."""

import pytest
from pydantic import ValidationError

from web.domain import text
from web.http.field_sentences import message
from web.models.task import TaskDraft


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a  ", "  a"),
        ("\n \t\n  - a\n    - b\n \n", "  - a\n    - b"),
        ("\u3000\u3000\u4e00\n", "\u3000\u3000\u4e00"),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("Cafe\u0301", "Café"),
        ("a\tb", "a\tb"),
        ("\u202eabc", "\u202eabc"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("", ""),
    ],
)
def test_a_paragraph_is_normalised(typed: str, kept: str) -> None:
    assert text.paragraph(typed) == kept


def test_a_line_contains_no_line_breaks() -> None:
    assert text.line(" a\r\n\tb\n\nc ") == "a b c"


@pytest.mark.parametrize("code", [0, 1, 8, 11, 12, 14, 27, 31, 127, 128, 159, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_control_characters_are_refused(code: int) -> None:
    with pytest.raises(ValueError, match="control characters"):
        text.paragraph(f"a{chr(code)}b")


@pytest.mark.parametrize(
    "blank", ["", " ", "\u00a0\u2003", "\u200b\u200d\ufeff", "\u202e\u2066", "\u3164", "\u2800", "\u0301"]
)
def test_invisible_text_is_blank(blank: str) -> None:
    assert text.is_blank(blank)


@pytest.mark.parametrize("seen", ["a", ".", "😀", " x ", "ـ"])
def test_visible_text_is_not_blank(seen: str) -> None:
    assert not text.is_blank(seen)


def test_search_terms_are_cleaned_and_never_refused() -> None:
    assert text.search_terms("  a\x00b \r\n \ud800 Cafe\u0301 ", 100) == "a b Café"
    assert text.search_terms("x" * 300, 200) == "x" * 200


def test_a_draft_reports_all_its_errors() -> None:
    with pytest.raises(ValidationError) as refused:
        TaskDraft(title=" ", description="x" * 1001)

    assert [message(error) for error in refused.value.errors()] == [
        "A task needs a title.",
        "Descriptions can be up to 1,000 characters (this one is 1,001).",
    ]


def test_a_blank_description_is_none() -> None:
    assert TaskDraft(title="a", description=" \n ").description is None


def test_length_is_measured_after_composing_characters() -> None:
    assert TaskDraft(title="e\u0301" * 200).title == "é" * 200
