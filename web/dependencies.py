"""What a handler may ask for."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from litestar import Request
from litestar.di import NamedDependency, Provide
from sqlmodel import Session

from web.auth.gateway import Gateway
from web.auth.middleware import NotSignedIn, person_of
from web.database import Database
from web.forms import Fields, inside, is_op, read_fields
from web.models.task_query import TaskQuery
from web.retrying import never_run_again, op_of
from web.seating import keep_seat
from web.services.errors import NotFound
from web.services.tasks import Tasks

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))

AnyRequest: TypeAlias = Request[Any, Any, Any]
MyTasks: TypeAlias = NamedDependency[Tasks]
TaskId: TypeAlias = NamedDependency[int]
DeletedId: TypeAlias = NamedDependency[int | None]
View: TypeAlias = NamedDependency[TaskQuery]
Here: TypeAlias = NamedDependency[str]
Typed: TypeAlias = NamedDependency[Fields]
BetterAuth: TypeAlias = NamedDependency[Gateway]


async def provide_session(request: AnyRequest) -> AsyncIterator[Session]:
    """One session and one transaction a request: the commit comes after the answer is drawn, before a byte leaves."""
    database: Database = request.app.state.database
    writing = request.method not in SAFE_METHODS
    keep_seat(request.scope, await database.seat(writing=writing))
    session = database.writing() if writing else database.reading()
    drawn = False
    try:
        yield session
        drawn = True
    finally:
        await asyncio.to_thread(_end, session, commit=writing and drawn)


def _end(session: Session, *, commit: bool) -> None:
    with session:
        if commit:
            session.commit()


def provide_tasks(request: AnyRequest, session: NamedDependency[Session]) -> Tasks:
    """The tasks of whoever is signed in; raises NotSignedIn for anybody else."""
    person = person_of(request.scope)
    if person is None:
        raise NotSignedIn
    return Tasks(session, person.id)


def provide_task_id(request: AnyRequest) -> int:
    """The number in the path, in plain digits only; raises NotFound for any other spelling."""
    text = str(request.path_params["number"])
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise NotFound
    return int(text)


def provide_view(request: AnyRequest) -> TaskQuery:
    text = request.scope["query_string"].decode("latin-1")
    return TaskQuery.read(dict(parse_qsl(text, errors="replace")))


def here(request: AnyRequest) -> str:
    """The page of ours that the person is on, as path and query; the list where nothing says so."""
    try:
        address = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer") or "")
    except ValueError:
        return TaskQuery.path
    if address.netloc != request.headers.get("host") or not inside(address.path):
        return TaskQuery.path
    return address.path + (f"?{address.query}" if address.query else "")


def provide_deleted_id(request: AnyRequest) -> int | None:
    """Which task the address offers to bring back, after a delete without JavaScript."""
    text = request.query_params.get("deleted", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def address_of(request: AnyRequest) -> str:
    """Path and query as they came; what the Host header says is nobody's concern."""
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    query = request.scope["query_string"].decode("latin-1")
    return path + (f"?{query}" if query else "")


async def provide_fields(request: AnyRequest) -> Fields:
    """The fields of a posted form, with an `op` where it has none; raises BadForm."""
    fields = read_fields(await request.body(), request.headers.get("content-type", ""))
    return fields if is_op(fields.get("op", "")) else {**fields, "op": op_of(request.scope)}


def provide_better_auth(request: AnyRequest) -> Gateway:
    # What reached Better Auth is not sent to it twice.
    never_run_again(request.scope)
    gateway: Gateway = request.app.state.gateway
    return gateway


DEPENDENCIES = {
    "session": Provide(provide_session),
    "tasks": Provide(provide_tasks, sync_to_thread=False),
    "task_id": Provide(provide_task_id, sync_to_thread=False),
    "view": Provide(provide_view, sync_to_thread=False),
    "deleted_id": Provide(provide_deleted_id, sync_to_thread=False),
    "here": Provide(here, sync_to_thread=False),
    "fields": Provide(provide_fields),
    "better_auth": Provide(provide_better_auth, sync_to_thread=False),
}
