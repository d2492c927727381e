"""A unit of work: all that a request does with the database, in one turn.

A slot, a connection, whose request it is, the handler, its answer drawn, COMMIT: only then is there an answer to send,
so what a user sees is stored, and whatever goes wrong on the way is an ordinary error page with nothing half done.
"""

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

from sqlalchemy import Connection

from web.db.database import Database
from web.domain.errors import NotFound, NotSignedIn
from web.domain.timestamps import utc_now
from web.http.forms import Fields
from web.http.middleware.same_origin import SAFE_METHODS
from web.http.middleware.session import credentials_of
from web.http.request import AnyRequest, current_url, form_fields
from web.http.responses import Answer
from web.models.task_query import TaskQuery
from web.services.tasks import Tasks

Of = TypeVar("Of")
Handler: TypeAlias = Callable[[Of, AnyRequest], Awaitable[Answer]]


class Visit:
    """What a handler may ask for: the user's tasks, and what their request says."""

    def __init__(self, request: AnyRequest, tasks: Tasks, body: bytes, key: str) -> None:
        self.request = request
        self.tasks = tasks
        self.body = body
        self.key = key

    @cached_property
    def fields(self) -> Fields:
        """The fields of the form; raises BadForm."""
        return form_fields(self.request, self.body, self.key)

    @cached_property
    def current_url(self) -> str:
        """The page of ours that the user is on, as path and query."""
        return current_url(self.request)

    @property
    def view(self) -> TaskQuery:
        """The view that the address asks for."""
        return TaskQuery.read_string(self.request.scope["query_string"].decode("latin-1"))

    @property
    def task_id(self) -> int:
        """The number in the path, in plain digits only; raises NotFound for any other spelling."""
        number = _number(self.request.path_params["number"])
        if number is None:
            raise NotFound
        return number

    @property
    def deleted_id(self) -> int | None:
        """Which task the address offers to bring back, after a delete without JavaScript."""
        return _number(self.request.query_params.get("deleted", ""))


def unit(action: Callable[[Of, Visit], Answer]) -> Handler[Of]:
    """A handler that is a unit of work of whoever is signed in; raises NotSignedIn for anybody else."""
    return _handler(action, in_transaction=True)


def one_statement(action: Callable[[Of, Visit], Answer]) -> Handler[Of]:
    """A unit that changes something with one statement only: that is a transaction already, and BEGIN and COMMIT
    would be two more trips. Like any other it may run twice, and then comes to the same."""
    return _handler(action, in_transaction=False)


def _handler(action: Callable[[Of, Visit], Answer], *, in_transaction: bool) -> Handler[Of]:
    # No functools.wraps: Litestar would read the signature of what is wrapped.
    async def handler(self: Any, request: AnyRequest) -> Answer:
        database: Database = request.app.state.database
        writing = request.method not in SAFE_METHODS
        body = await request.body() if writing else b""
        key = str(uuid4())

        def work(connection: Connection) -> Answer:
            return action(self, Visit(request, _tasks(request, connection), body, key)).rendered(request)

        return await database.run(work, writing=writing, transaction=writing and in_transaction)

    handler.__name__, handler.__doc__ = action.__name__, action.__doc__
    return handler


def _tasks(request: AnyRequest, connection: Connection) -> Tasks:
    user = credentials_of(request.scope).look_up(connection, utc_now())
    if user is None:
        raise NotSignedIn
    return Tasks(connection, user.id)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
