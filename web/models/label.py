"""A label: a name and a colour to mark tasks with."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field

from web.db.ddl import is_text, sqlite_check
from web.domain import text
from web.domain.lengths import LABEL_NAME_LENGTH as NAME_LENGTH
from web.models.base import Draft, Record, RecordOut, record_args, schema_of_text
from web.models.colour import Colour, colour_known

_NOT_DELETED: dict[str, Any] = dict.fromkeys(("postgresql_where", "sqlite_where"), sql("deleted_at IS NULL"))
# Characters; web.http.middleware.canonical_path takes paths of 500.
MOST_QUOTED = 480
# Programs on the way read these in more ways than one.
_UNCLEAR_IN_PATH = frozenset("/\\;%")


def _name(name: str) -> str:
    if text.is_blank(name):
        raise ValueError("A label needs a name.")
    if len(name) > NAME_LENGTH:
        raise ValueError(f"Names can be up to {NAME_LENGTH} characters (this one is {len(name):,}).")
    return name


LabelName = Annotated[str, AfterValidator(text.line), AfterValidator(_name), schema_of_text(NAME_LENGTH, least=1)]


def name_key(name: str) -> str:
    """What makes two names the same: SQLite's own lower() knows ASCII only, so Python folds the case."""
    return name.casefold()


def address_of(label_id: int | None, name: str) -> str:
    """The page of a label: by its name, but by its number where the name would not be clear in an address.

    A name of digits alone would look like the number of another label.
    """
    quoted = quote(name, safe="")
    is_clear = not name.isdecimal() and name.strip(".") and _UNCLEAR_IN_PATH.isdisjoint(name)
    return f"/labels/{quoted if is_clear and len(quoted) <= MOST_QUOTED else label_id}"


class LabelDraft(Draft):
    """What a user may write on a label."""

    name: LabelName
    colour: Colour = Colour.GREY


class Label(Record, table=True):
    """Names are unique for a user, whatever their case."""

    follow = ("name_key",)
    __tablename__ = "labels"
    __table_args__ = record_args(
        UniqueConstraint("user_id", "id"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        colour_known(),
        sqlite_check("name_is_text", is_text("name")),
        sqlite_check("name_key_is_text", is_text("name_key")),
        Index("uq_labels_user_id_name_key", "user_id", "name_key", unique=True, **_NOT_DELETED),
    )

    name: str = Field(max_length=NAME_LENGTH)
    # Casefolding lengthens some letters, ΐ to three.
    name_key: str = Field(max_length=3 * NAME_LENGTH)
    colour: str = Field(default=Colour.GREY.value, max_length=10)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "name":
            super().__setattr__("name_key", name_key(value))

    def following(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"name_key": name_key(values["name"])} if "name" in values else {}

    @property
    def address(self) -> str:
        return address_of(self.id, self.name)


class LabelOut(RecordOut, frozen=True, kw_only=True):
    """A label as programs read it."""

    name: str
    colour: Colour
