"""A list: where tasks belong. A section of a list is a list inside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field

from web.db.ddl import is_text, is_timestamp, sqlite_check
from web.db.types import UtcDateTime
from web.domain import text
from web.domain.lengths import LIST_NAME_LENGTH as NAME_LENGTH
from web.domain.ordering import FIRST_KEY
from web.models.base import BIG_ID, LARGEST_ID, Draft, Record, RecordOut, record_args, schema_of_text
from web.models.colour import Colour, colour_known
from web.models.position import POSITION, position_checks

# Where tasks are that are in no list.
INBOX = "Inbox"
_NOT_DELETED: dict[str, Any] = dict.fromkeys(("postgresql_where", "sqlite_where"), sql("deleted_at IS NULL"))
_AT_THE_TOP: dict[str, Any] = dict.fromkeys(
    ("postgresql_where", "sqlite_where"), sql("deleted_at IS NULL AND parent_id IS NULL")
)


def _name(name: str) -> str:
    if text.is_blank(name):
        raise ValueError("A list needs a name.")
    return _short(name)


def _section_name(name: str) -> str:
    if text.is_blank(name):
        raise ValueError("A section needs a name.")
    return _short(name)


def _short(name: str) -> str:
    if len(name) > NAME_LENGTH:
        raise ValueError(f"Names can be up to {NAME_LENGTH} characters (this one is {len(name):,}).")
    return name


def name_key(name: str) -> str:
    """What makes two names the same: SQLite's own lower() knows ASCII only, so Python folds the case."""
    return name.casefold()


ListName = Annotated[str, AfterValidator(text.line), AfterValidator(_name), schema_of_text(NAME_LENGTH, least=1)]


class ListDraft(Draft):
    """What a user may write on a list."""

    name: ListName
    colour: Colour = Colour.GREY


class SectionDraft(Draft):
    """What a user may write on a section: it has the colour of its list."""

    name: Annotated[str, AfterValidator(text.line), AfterValidator(_section_name)]


class NewList(ListDraft):
    """A list to add, at the top, inside another list, or as a section of one."""

    parent_id: int | None = None
    is_section: bool = False


class NewListBody(ListDraft):
    """A list to add as programs send it."""

    parent_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    is_section: bool = False


class ParentBody(Draft):
    """Where a program moves a list; null is the top."""

    parent_id: int | None = Field(ge=1, le=LARGEST_ID)


class ParentDraft(Draft):
    """The list to move a list into; none is the top."""

    parent_id: int | None = None


class OrderDraft(Draft):
    """Where a list goes among the lists around it: one further or to an end, or behind or before another one."""

    to: Literal["up", "down", "top", "bottom"] | None = None
    after: int | None = None
    before: int | None = None


class List(Record, table=True):
    """Tasks without a list are in the Inbox, which has no row. `archived_at` takes a list out of all other views."""

    follow = ("name_key", "position")
    __tablename__ = "lists"
    __table_args__ = record_args(
        UniqueConstraint("user_id", "id"),
        ForeignKeyConstraint(["user_id", "parent_id"], ["lists.user_id", "lists.id"], ondelete="CASCADE"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        colour_known(),
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        CheckConstraint("is_section IN (FALSE, TRUE)", name="is_section_true_or_false"),
        CheckConstraint("parent_id IS NOT NULL OR NOT is_section", name="section_has_parent"),
        *position_checks("position"),
        sqlite_check("name_is_text", is_text("name")),
        sqlite_check("name_key_is_text", is_text("name_key")),
        sqlite_check("archived_at_is_timestamp", is_timestamp("archived_at")),
        Index("ix_lists_user_id_parent_id", "user_id", "parent_id"),
        Index("uq_lists_user_id_name_key", "user_id", "name_key", unique=True, **_AT_THE_TOP),
        Index("uq_lists_user_id_parent_id_name_key", "user_id", "parent_id", "name_key", unique=True, **_NOT_DELETED),
    )

    name: str = Field(max_length=NAME_LENGTH)
    # Casefolding lengthens some letters, ΐ to three.
    name_key: str = Field(max_length=3 * NAME_LENGTH)
    colour: str = Field(default=Colour.GREY.value, max_length=10)
    parent_id: int | None = Field(default=None, sa_type=BIG_ID)
    is_section: bool = Field(default=False, sa_column_kwargs={"server_default": sql("FALSE")})
    position: str = Field(
        default=FIRST_KEY, sa_type=POSITION, sa_column_kwargs={"server_default": sql(repr(FIRST_KEY))}
    )
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def page(self) -> str:
        """The address that shows it: a section stands on the page of its list."""
        return f"/lists/{self.parent_id if self.is_section else self.id}"

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "name":
            super().__setattr__("name_key", name_key(value))

    def following(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"name_key": name_key(values["name"])} if "name" in values else {}


class ListOut(RecordOut, frozen=True, kw_only=True):
    """A list as programs read it."""

    name: str
    colour: Colour
    parent_id: int | None
    is_section: bool
    archived_at: datetime | None
