"""`@unit_of_work`: runs a handler with the database, and answers only after COMMIT.

The handler keeps its signature. Services and request parts are injected by type; every other parameter (path, query,
JSON body) is Litestar's, so it is validated and stands in the OpenAPI document. One unit of work is a slot, a
connection, the session of the sender, the handler, its answer rendered, COMMIT; `Database.run` repeats all of it after
a lost connection.
"""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar, get_type_hints, overload

from litestar.response import Stream
from sqlalchemy import Connection

from web.auth.identity import CurrentUser
from web.db.database import Database
from web.domain.actor import Actor, new_operation
from web.domain.errors import NotFound, NotSignedIn
from web.domain.timestamps import utc_now
from web.http.budgets import spend_budget
from web.http.middleware.same_origin import SAFE_METHODS
from web.http.middleware.session import credentials_of
from web.http.request import AnyRequest, IncomingFile, RequestParts, part_reader
from web.http.responses import Rendered
from web.http.streaming import incoming_file
from web.services.overview import Overviews
from web.services.records import Service

Handler = TypeVar("Handler", bound=Callable[..., Any])
# Calls a handler, which needs no arguments any more, and makes a response of what it returns.
Respond: TypeAlias = Callable[[RequestParts, Connection, Actor, Callable[[], Any]], Any]


@overload
def unit_of_work(handler: Handler) -> Handler: ...
@overload
def unit_of_work(*, transaction: bool) -> Callable[[Handler], Handler]: ...
@overload
def unit_of_work(handler: Handler | None, *, transaction: bool, respond: Respond) -> Any: ...
def unit_of_work(
    handler: Callable[..., Any] | None = None, *, transaction: bool = True, respond: Respond | None = None
) -> Any:
    """Raises NotSignedIn without a valid session.

    `transaction=False` is for a handler that writes with one statement: BEGIN and COMMIT would be two more round trips.
    """
    if handler is None:
        return partial(unit_of_work, transaction=transaction, respond=respond)
    hints = get_type_hints(handler, include_extras=True)
    services = {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Service)}
    takes_file = IncomingFile in hints.values()
    parts = {name: read for name, hint in hints.items() if name not in services and (read := part_reader(hint))}

    async def unit(self: Any, request: AnyRequest, **arguments: Any) -> Any:
        require_canonical_path(request)
        if credentials_of(request.scope).is_empty:
            # Waits for no connection, which a database that hangs would not give.
            raise NotSignedIn
        if takes_file:
            # Nothing arrives from a client whose credentials are none.
            await _require_user(request)
            async with incoming_file(request) as file:
                return await run(self, RequestParts(request, b"", new_operation(), file), arguments)
        reads = request.method not in SAFE_METHODS and (parts or respond)
        return await run(
            self, RequestParts(request, await request.body() if reads else b"", new_operation()), arguments
        )

    async def run(self: Any, given: RequestParts, arguments: dict[str, Any]) -> Any:
        request = given.request
        writing = request.method not in SAFE_METHODS
        arguments |= {name: read(given) for name, read in parts.items()}

        def work(connection: Connection) -> Any:
            actor = _actor(request, connection, given.operation)
            spend_budget(request, actor.user_id)
            overviews = Overviews(connection, actor)
            injected = {
                name: overviews if service is Overviews else service(connection, actor)
                for name, service in services.items()
            }
            if respond:
                return respond(given, connection, actor, lambda: handler(self, **arguments, **injected))
            answer = handler(self, **arguments, **injected)
            return answer.rendered(request, overviews.get) if isinstance(answer, Rendered) else answer

        database: Database = request.app.state.database
        return await database.run(work, writing=writing, transaction=writing and transaction)

    _copy_signature(unit, handler, hints, without={*services, *parts})
    if respond:
        # Litestar encodes nothing here, accepts no annotation but None for 204, and gives a Stream its own media type.
        unit.__annotations__["return"] = {type(None): None, Stream: Stream}.get(hints["return"], Any)
    unit.handler = handler  # type: ignore[attr-defined]
    return unit


async def with_index(request: AnyRequest, user: CurrentUser, answer: Rendered) -> Rendered:
    """The answer of a handler that is no unit of work, with the numbers of the user's index."""
    database: Database = request.app.state.database
    return await database.run(
        lambda connection: answer.rendered(
            request, Overviews(connection, Actor(user.id, preferences=user.preferences)).get
        ),
        writing=False,
        transaction=False,
    )


def _copy_signature(unit: Any, handler: Callable[..., Any], hints: dict[str, Any], without: set[str]) -> None:
    """Give `unit` the handler's parameters but for those that are injected here, since Litestar reads them from it."""
    parameters = inspect.signature(handler).parameters.values()
    own = [parameter for parameter in parameters if parameter.name not in (*without, "self", "request")]
    first = list(inspect.signature(unit).parameters.values())[:2]
    unit.__signature__ = inspect.Signature(
        [*first, *(parameter.replace(kind=parameter.KEYWORD_ONLY) for parameter in own)]
    )
    own_hints = {parameter.name: hints[parameter.name] for parameter in own}
    unit.__annotations__ = {**own_hints, "request": AnyRequest, "return": hints["return"]}
    unit.__name__, unit.__qualname__, unit.__doc__ = handler.__name__, handler.__qualname__, handler.__doc__


def require_canonical_path(request: AnyRequest) -> None:
    """An id has one spelling: plain digits. int() would also take `+7`, `0_7` and digits of other scripts."""
    for name, value in request.path_params.items():
        if isinstance(value, int) and str(value) not in request.scope["path"].split("/"):
            raise NotFound(f"{name} is not spelled as {value}")


async def _require_user(request: AnyRequest) -> None:
    database: Database = request.app.state.database
    await database.run(lambda connection: _actor(request, connection, ""), writing=False, transaction=False)


def _actor(request: AnyRequest, connection: Connection, operation: str) -> Actor:
    user = credentials_of(request.scope).look_up(connection, utc_now())
    if user is None:
        raise NotSignedIn
    return Actor(user.id, operation, user.preferences)
