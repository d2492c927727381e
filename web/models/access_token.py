"""A personal access token: what a program sends instead of a password. Only its SHA-256 is stored."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from web.db.ddl import is_text, is_timestamp, sqlite_check
from web.db.types import UtcDateTime
from web.domain import text
from web.models.base import Draft, Record, record_args

NAME_LENGTH = 60
DIGEST_LENGTH = 64
# Characters of the token that its list shows: `dbk_` and the first four of the secret.
SHOWN_LENGTH = 8


class Scope(StrEnum):
    """What a token may do: `read` allows GET and HEAD only."""

    READ = "read"
    WRITE = "write"


class Lifetime(StrEnum):
    """How many days a new token is valid."""

    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"
    UNLIMITED = "unlimited"


def _name(name: str) -> str:
    if text.is_blank(name):
        raise ValueError("A token needs a name, such as that of the program that uses it.")
    if len(name) > NAME_LENGTH:
        raise ValueError(f"Names can be up to {NAME_LENGTH} characters (this one is {len(name):,}).")
    return name


class AccessTokenDraft(Draft):
    """What a user chooses for a new token."""

    name: Annotated[str, AfterValidator(text.line), AfterValidator(_name)]
    scope: Scope = Scope.READ
    lifetime: Lifetime = Lifetime.QUARTER


class AccessToken(Record, table=True):
    """`deleted_at` is when it was revoked."""

    follow = ("last_used_at",)
    __tablename__ = "access_tokens"
    __table_args__ = record_args(
        # What every request with a token starts from.
        Index("uq_access_tokens_digest", "digest", unique=True),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        CheckConstraint(f"length(digest) = {DIGEST_LENGTH}", name="digest_length"),
        CheckConstraint(f"length(shown) = {SHOWN_LENGTH}", name="shown_length"),
        CheckConstraint("scope IN ('read', 'write')", name="scope_known"),
        *(sqlite_check(f"{name}_is_text", is_text(name)) for name in ("name", "digest", "shown", "scope")),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("expires_at", "last_used_at")),
    )

    name: str = Field(max_length=NAME_LENGTH)
    # SHA-256 in hexadecimal. Without salt: the token itself is random.
    digest: str = Field(max_length=DIGEST_LENGTH)
    shown: str = Field(max_length=SHOWN_LENGTH)
    scope: str = Field(max_length=10)
    # None is never.
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # To the hour.
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
