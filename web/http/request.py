"""What a handler outside a unit of work may ask for, and what a request says of itself."""

from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from litestar import Request
from litestar.di import NamedDependency, Provide

from web.auth.client import BetterAuthClient
from web.auth.identity import CurrentUser
from web.db.database import Database
from web.http.forms import Fields, is_op, read_fields, safe_path
from web.http.headers import header
from web.http.middleware.retry import never_run_again, op_of
from web.http.middleware.session import look_up
from web.models.task_query import TaskQuery

AnyRequest: TypeAlias = Request[Any, Any, Any]
CurrentUserOrNone: TypeAlias = NamedDependency[CurrentUser | None]
FormFields: TypeAlias = NamedDependency[Fields]
BetterAuth: TypeAlias = NamedDependency[BetterAuthClient]
# Those that only look (https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1).
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


async def provide_user(request: AnyRequest) -> CurrentUser | None:
    """Who is signed in, if anybody is."""
    database: Database = request.app.state.database
    return await database.run(partial(look_up, request.scope), writing=False, transaction=False)


def current_url(request: AnyRequest) -> str:
    """The page of ours that the user is on, as path and query; the list where nothing says so."""
    try:
        address = urlsplit(header(request, b"hx-current-url") or header(request, b"referer"))
    except ValueError:
        return TaskQuery.path
    if address.netloc != header(request, b"host") or not safe_path(address.path):
        return TaskQuery.path
    return address.path + (f"?{address.query}" if address.query else "")


def address_of(request: AnyRequest) -> str:
    """Path and query as they came; what the Host header says is nobody's concern."""
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    query = request.scope["query_string"].decode("latin-1")
    return path + (f"?{query}" if query else "")


def typed(request: AnyRequest, body: bytes) -> Fields:
    """The fields of a posted form, with an `op` where it has none; raises BadForm."""
    fields = read_fields(body, header(request, b"content-type"))
    return fields if is_op(fields.get("op", "")) else {**fields, "op": op_of(request.scope)}


async def provide_fields(request: AnyRequest) -> Fields:
    return typed(request, await request.body())


def provide_better_auth(request: AnyRequest) -> BetterAuthClient:
    # What reached Better Auth is not sent to it twice.
    never_run_again(request.scope)
    better_auth: BetterAuthClient = request.app.state.better_auth
    return better_auth


DEPENDENCIES = {
    "user": Provide(provide_user),
    "fields": Provide(provide_fields),
    "better_auth": Provide(provide_better_auth, sync_to_thread=False),
}
