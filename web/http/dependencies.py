"""Dependencies of handlers that do not run in a unit of work: user, form fields, Better Auth."""

from typing import TypeAlias

from litestar.di import NamedDependency, Provide

from web.auth.client import BetterAuthClient
from web.auth.identity import CurrentUser
from web.db.database import Database
from web.domain.errors import NotSignedIn
from web.domain.timestamps import utc_now
from web.http.forms import Fields, read_fields
from web.http.middleware.session import credentials_of
from web.http.request import AnyRequest, header

# Litestar finds a dependency by the name of the parameter: `user`, `current_user`, `fields`, `better_auth`.
OptionalUser: TypeAlias = NamedDependency[CurrentUser | None]
SignedInUser: TypeAlias = NamedDependency[CurrentUser]
FormFields: TypeAlias = NamedDependency[Fields]
BetterAuth: TypeAlias = NamedDependency[BetterAuthClient]


async def provide_user(request: AnyRequest) -> CurrentUser | None:
    """The signed-in user, if any."""
    database: Database = request.app.state.database
    credentials = credentials_of(request.scope)
    if credentials.is_empty:
        # Waits for no connection, which a database that hangs would not give.
        return None
    return await database.run(
        lambda connection: credentials.look_up(connection, utc_now()), writing=False, transaction=False
    )


def provide_current_user(user: OptionalUser) -> CurrentUser:
    """The signed-in user. Raises NotSignedIn."""
    if user is None:
        raise NotSignedIn
    return user


async def provide_fields(request: AnyRequest) -> Fields:
    """The fields of the posted form. Raises BadForm."""
    return read_fields(await request.body(), header(request, b"content-type"))


def provide_better_auth(request: AnyRequest) -> BetterAuthClient:
    """The client of Better Auth."""
    better_auth: BetterAuthClient = request.app.state.better_auth
    return better_auth


DEPENDENCIES = {
    "user": Provide(provide_user),
    "current_user": Provide(provide_current_user, sync_to_thread=False),
    "fields": Provide(provide_fields),
    "better_auth": Provide(provide_better_auth, sync_to_thread=False),
}
