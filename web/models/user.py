"""Better Auth's tables, mapped to be read. Its own migration makes them and it alone writes them.

With few exceptions: Daybook ends sessions (web/services/sessions.py), deletes accounts (web/services/closing.py), and
changes one for an operator (web/services/account_repairs.py).
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from sqlmodel import Field, SQLModel

from web.db.types import UtcDateTime

BETTER_AUTH = {"owner": "better-auth"}
# Its tables that we do not even read.
SQLModel.metadata.info.setdefault("owners", {}).update(
    dict.fromkeys(("verifications", "rate_limits", "jwks", "two_factors", "passkeys"), "better-auth")
)


class User(SQLModel, table=True):
    """A user who can sign in."""

    __tablename__ = "users"
    __table_args__ = {"info": BETTER_AUTH}

    id: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    email_verified: bool
    image: str | None
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class AuthSession(SQLModel, table=True):
    """One browser's sign-in: what Better Auth calls a session."""

    __tablename__ = "sessions"
    __table_args__ = {"info": BETTER_AUTH}

    id: str = Field(primary_key=True)
    token: str = Field(unique=True)
    user_id: str = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    ip_address: str | None
    user_agent: str | None


class Account(SQLModel, table=True):
    """How a user proves who they are; a password is the account of the provider `credential`."""

    __tablename__ = "accounts"
    __table_args__ = {"info": BETTER_AUTH}

    id: str = Field(primary_key=True)
    account_id: str
    provider_id: str
    user_id: str = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    password: str | None
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Me(Struct, frozen=True):
    """The user of a credential; `scope` is `read` for an access token that may not write."""

    id: str
    name: str
    email: str
    time_zone: str
    scope: Literal["read", "write"]
