"""Forms that are generated from a Draft: their defaults, and the sentence for each wrong field."""

from datetime import date, time
from enum import StrEnum

import pytest
from sqlmodel import Field, SQLModel

from web.http.forms import Form


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class BoxDraft(SQLModel):
    name: str
    note: str | None = None
    size: Size = Size.SMALL
    packed_on: date | None = None
    opens_at: time | None = None
    weight: int = 0
    colour: str = Field(default_factory=lambda: "red")


def test_a_blank_form_has_the_defaults_of_its_draft() -> None:
    form = Form.blank(BoxDraft)

    given = {name: form.value(name) for name in BoxDraft.model_fields}

    assert given == {
        "name": "",
        "note": "",
        "size": "small",
        "packed_on": "",
        "opens_at": "",
        "weight": "0",
        "colour": "red",
    }


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("packed_on", "2026-02-30", "Enter a date, such as 2026-11-26."),
        ("packed_on", "tomorrow", "Enter a date, such as 2026-11-26."),
        ("packed_on", "2026-11-26T10:00", "Enter a date, such as 2026-11-26."),
        ("opens_at", "25:00", "Enter a time, such as 17:30."),
        ("opens_at", "noon", "Enter a time, such as 17:30."),
        ("weight", "1.5", "Enter a whole number."),
        ("weight", "heavy", "Enter a whole number."),
        ("weight", "9" * 5000, "Enter a whole number."),
        ("size", "medium", "Choose one of the options."),
    ],
)
def test_a_value_of_another_type_is_a_sentence_for_the_user(name: str, typed: str, message: str) -> None:
    form = Form.read(BoxDraft, {"name": "A box", name: typed})

    assert form.draft is None
    assert form.errors == {name: message}
    assert form.value(name) == typed
