"""Resolves a session token to the signed-in user. Knows nothing of HTTP."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select
from sqlmodel import SQLModel

from web.domain.errors import AnotherUser
from web.domain.preferences import Preferences
from web.models.preferences import UserPreferences, preferences_of
from web.models.user import AuthSession, User

# Better Auth's defaults: a session lasts seven days and is extended at most once a day.
LIFETIME = timedelta(days=7)
RENEWAL_INTERVAL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """The signed-in user, as handlers and templates see it."""

    id: str
    name: str
    email: str
    preferences: Preferences = field(default_factory=Preferences)


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A valid session and when it expires."""

    user: CurrentUser
    expires_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether the session is old enough for Better Auth to extend it."""
        return self.expires_at - LIFETIME + RENEWAL_INTERVAL <= now


@dataclass(slots=True)
class Credentials:
    """What a request brings to identify its sender: the cookie's token, and the session once it is looked up.

    `page_user` is the id of the user for whom the page that sends the request was rendered, where it is known.
    """

    token: str | None
    session: ActiveSession | None = None
    page_user: str | None = None

    @property
    def user(self) -> CurrentUser | None:
        """The signed-in user; None before `look_up` has run."""
        return self.session.user if self.session else None

    def look_up(self, connection: Connection, now: datetime) -> CurrentUser | None:
        """Find the session of this token. One statement; None without a valid session.

        Raises AnotherUser if the session is not that of `page_user`.
        """
        self.session = find_session(connection, self.token, now) if self.token else None
        if self.user and self.page_user not in (None, self.user.id):
            raise AnotherUser
        return self.user


_USERS, _SESSIONS, _PREFERENCES = (
    SQLModel.metadata.tables[str(model.__tablename__)] for model in (User, AuthSession, UserPreferences)
)
# Built once, because every authenticated request runs it.
_SELECT = (
    select(
        *(_USERS.c.id, _USERS.c.name, _USERS.c.email, _SESSIONS.c.expires_at),
        *(column for column in _PREFERENCES.c if column.name != "user_id"),
    )
    .join(_SESSIONS, _SESSIONS.c.user_id == _USERS.c.id)
    .join(_PREFERENCES, _PREFERENCES.c.user_id == _USERS.c.id, isouter=True)
    .where(_SESSIONS.c.token == bindparam("token"))
    .execution_options(prepare=True)
)


def find_session(connection: Connection, token: str, now: datetime) -> ActiveSession | None:
    """The session with this token, or None if it has expired or its user was deleted. One statement.

    It brings the preferences too: nearly every page needs to know which day it is for the user.
    """
    row = connection.execute(_SELECT, {"token": token}).one_or_none()
    if row is None or row.expires_at < now:
        return None
    return ActiveSession(CurrentUser(row.id, row.name, row.email, preferences_of(row)), row.expires_at)
