"""Webhooks: the receivers that a user chose, and the deliveries of events to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, is_timestamp, sqlite_check, utc_now_sql
from web.db.types import UtcDateTime
from web.domain import text
from web.domain.timestamps import utc_now
from web.domain.webhook_signatures import PATTERN, is_secret
from web.models.base import BIG_ID, Draft, Record, RecordOut, record_args, schema_of_text

URL_LENGTH = 1_000
SECRET_LENGTH = 100
TYPES_LENGTH = 1_000
PROBLEM_LENGTH = 200
# The events that a receiver may choose, by the noun: the `type` of a message is such as `tasks.add`.
_ACTIONS = {
    "tasks": ("add", "edit", "complete", "reopen", "move", "skip", "occurrence", "delete", "restore", "undo"),
    "lists": ("add", "edit", "move", "archive", "unarchive", "delete", "restore", "undo"),
    "labels": ("add", "edit", "delete", "restore", "undo"),
    "reminders": ("add", "delete", "undo"),
    "imports": ("import", "undo"),
}
EVENTS = {noun: [f"{noun}.{action}" for action in actions] for noun, actions in _ACTIONS.items()}
EVENT_TYPES = tuple(name for names in EVENTS.values() for name in names)
_TO_COME: dict[str, Any] = dict.fromkeys(("postgresql_where", "sqlite_where"), sql("next_at IS NOT NULL"))


def _url(url: str) -> str:
    if text.is_blank(url):
        raise ValueError("A webhook needs an address.")
    if len(url) > URL_LENGTH:
        raise ValueError(f"Addresses can be up to {URL_LENGTH:,} characters (this one is {len(url):,}).")
    return url


def _type(name: str) -> str:
    if name not in EVENT_TYPES:
        raise ValueError("There is no such event.")
    return name


def _secret(secret: str) -> str:
    if not is_secret(secret):
        raise ValueError("A secret is whsec_ and 24 to 64 bytes in Base64.")
    return secret


EventType = Annotated[str, AfterValidator(_type), WithJsonSchema({"type": "string", "enum": [*EVENT_TYPES]})]
Secret = Annotated[
    str,
    AfterValidator(_secret),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}),
]


class TypesBody(Draft):
    """The events that a webhook gets; without any, all of them."""

    types: tuple[EventType, ...] = Field(default=(), max_length=len(EVENT_TYPES))


class WebhookDraft(TypesBody):
    """What a user chooses for a new webhook; the service checks where the address may lead."""

    url: Annotated[str, AfterValidator(text.line), AfterValidator(_url), schema_of_text(URL_LENGTH, least=1)]


class WebhookBody(WebhookDraft):
    """A webhook as a program makes it, with the secret that its receiver has."""

    secret: Secret


class SecretBody(Draft):
    """The secret of a receiver, which verifies signatures with it."""

    secret: Secret


class Webhook(Record, table=True):
    """A receiver. `ended_at` is when it answered that it wants no more (410)."""

    follow = ("cursor", "ended_at")
    __tablename__ = "webhooks"
    __table_args__ = record_args(
        UniqueConstraint("user_id", "id"),
        CheckConstraint(f"length(url) BETWEEN 1 AND {URL_LENGTH}", name="url_length"),
        CheckConstraint("cursor >= 0", name="cursor_not_negative"),
        sqlite_check("cursor_is_integer", "typeof(cursor) = 'integer'"),
        *(sqlite_check(f"{name}_is_text", is_text(name)) for name in ("url", "secret")),
        *(
            sqlite_check(f"{name}_is_text", f"{name} IS NULL OR {is_text(name)}")
            for name in ("types", "previous_secret")
        ),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("ended_at", "previous_until")),
    )

    url: str = Field(max_length=URL_LENGTH)
    # As Standard Webhooks writes it. Not hashed: it signs.
    secret: str = Field(max_length=SECRET_LENGTH)
    # Events up to this id have their delivery, or are older than the webhook.
    cursor: int = Field(sa_type=BIG_ID)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Between commas, such as `,tasks.add,tasks.complete,`; None for all events.
    types: str | None = Field(default=None, max_length=TYPES_LENGTH)
    # Signs too, until then, so that a receiver may learn the new secret in its own time.
    previous_secret: str | None = Field(default=None, max_length=SECRET_LENGTH)
    previous_until: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def type_names(self) -> Sequence[str]:
        return self.types.strip(",").split(",") if self.types else ()


class WebhookDelivery(SQLModel, table=True):
    """An event that is sent to a receiver: once, if all goes well. `next_at` is None once that is over."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        ForeignKeyConstraint(["user_id", "webhook_id"], ["webhooks.user_id", "webhooks.id"], ondelete="CASCADE"),
        Index("ix_webhook_deliveries_user_id_webhook_id_id", "user_id", "webhook_id", "id"),
        Index("ix_webhook_deliveries_event_id", "event_id"),
        # What the sender asks for, of each receiver.
        Index("ix_webhook_deliveries_webhook_id_next_at", "webhook_id", "next_at", **_TO_COME),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("status BETWEEN 100 AND 999", name="status_known"),
        sqlite_check("attempts_is_integer", "typeof(attempts) = 'integer'"),
        sqlite_check("status_is_integer", "status IS NULL OR typeof(status) = 'integer'"),
        sqlite_check("problem_is_text", f"problem IS NULL OR {is_text('problem')}"),
        *(
            sqlite_check(f"{name}_is_timestamp", is_timestamp(name))
            for name in ("created_at", "next_at", "claimed_until", "delivered_at")
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    user_id: str
    webhook_id: int = Field(sa_type=BIG_ID)
    event_id: int = Field(sa_type=BIG_ID, foreign_key="events.id", ondelete="CASCADE")
    created_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs={"server_default": utc_now_sql()}
    )
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    # Of the last attempt: the status that the receiver answered with, or why there is none.
    status: int | None = None
    problem: str | None = Field(default=None, max_length=PROBLEM_LENGTH)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookOut(RecordOut, frozen=True, kw_only=True):
    """A webhook as programs read it, without its secret. `types` is empty where it gets all events."""

    url: str
    types: Sequence[str]
    ended_at: datetime | None
    # Until when the secret before signs too.
    previous_until: datetime | None

    @classmethod
    def of(cls, record: Any) -> Self:
        plain = {name: getattr(record, name) for name in cls.__struct_fields__ if name != "types"}
        return cls(**plain, types=record.type_names)


def joined(types: Iterable[str]) -> str | None:
    """As `Webhook.types`, in the order of EVENT_TYPES, each once."""
    chosen = [name for name in EVENT_TYPES if name in set(types)]
    return f",{','.join(chosen)}," if chosen else None
