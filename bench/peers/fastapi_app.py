"""Daybook's task list with FastAPI, SQLModel and Jinja as in their tutorials: `def` endpoints, one session per request.

Settings chosen for speed: uvloop and httptools, no access log, templates compiled once, pooled connections,
`expire_on_commit` off to avoid re-reading after a commit, and the fastest number of threads (docs/performance.md).
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from anyio.to_thread import current_default_thread_limiter
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader
from sqlmodel import Session, col, func, select

from bench.peers import fastapi_api
from bench.peers.fastapi_database import SessionDep, select_tasks
from bench.peers.fastapi_models import AuthSession, Label, List, Task, TaskLabel, User
from bench.peers.shared import COOKIE, PAGE_SIZE, ROW_MENU, SORTS, facts_of, filters, next_url, token_of

SECRET = os.environ["BETTER_AUTH_SECRET"].encode()
THREADS = int(os.environ.get("BENCH_THREADS", "2"))
environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "jinja"),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates = Jinja2Templates(env=environment)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield


app = FastAPI(lifespan=lifespan, openapi_url=None)
app.include_router(fastapi_api.router)


def get_user(session: SessionDep, cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> User:
    if token := token_of(cookie, SECRET):
        query = select(User).join(AuthSession, col(AuthSession.user_id) == User.id)
        user = session.exec(
            query.where(AuthSession.token == token, AuthSession.expires_at >= datetime.now(UTC))
        ).first()
        if user:
            return user
    raise HTTPException(303, headers={"Location": "/sign-in"})


UserDep = Annotated[User, Depends(get_user)]
Htmx = Annotated[str | None, Header(alias="HX-Request")]


def count(session: Session, user: User) -> list[dict]:
    completed = func.count().filter(col(Task.completed))
    return filters(*session.exec(select_tasks(user, func.count(), completed)).one())


def overview(session: Session, user: User) -> dict:
    """The lists with their open tasks, and how many tasks are in the Inbox, due today and overdue."""
    today, is_open = datetime.now(UTC).date(), (~col(Task.completed), col(Task.deleted_at).is_(None))
    pending = select(Task.list_id, func.count().label("pending")).where(Task.user_id == user.id, *is_open)
    pending = pending.group_by(col(Task.list_id)).subquery()
    lists = (
        select(List.id, List.name, List.colour, func.coalesce(pending.c.pending, 0).label("pending"))
        .join(pending, pending.c.list_id == List.id, isouter=True)
        .where(List.user_id == user.id, ~col(List.is_section))
        .where(col(List.deleted_at).is_(None), col(List.archived_at).is_(None))
        .order_by(List.position, List.id)
    )
    numbers = select_tasks(
        user,
        func.count().filter(col(Task.list_id).is_(None)),
        func.count().filter(col(Task.due_on) == today),
        func.count().filter(col(Task.due_on) < today),
    ).where(~col(Task.completed))
    inbox, due, overdue = session.exec(numbers).one()
    return {"lists": session.exec(lists).all(), "inbox": inbox, "today": due, "overdue": overdue}


def add_facts(session: Session, user: User, tasks: list[Task], lists: list) -> None:
    ids = [task.id for task in tasks]
    labels = select(TaskLabel.task_id, Label).join(Label, col(Label.id) == TaskLabel.label_id)
    labels = labels.where(
        TaskLabel.user_id == user.id, col(TaskLabel.task_id).in_(ids), col(Label.deleted_at).is_(None)
    )
    steps = select_tasks(user, Task.parent_id, func.count(), func.count().filter(col(Task.completed)))
    steps = steps.where(col(Task.parent_id).in_(ids)).group_by(col(Task.parent_id))
    facts_of(tasks, {one.id: one.name for one in lists}, session.exec(labels).all(), session.exec(steps).all())


@app.get("/tasks", response_class=HTMLResponse)
def index(request: Request, session: SessionDep, user: UserDep) -> Response:
    newest = (
        select_tasks(user, Task).where(~col(Task.completed)).order_by(col(Task.created_at).desc(), col(Task.id).desc())
    )
    found = session.exec(newest.limit(PAGE_SIZE + 1)).all()
    tasks = found[:PAGE_SIZE]
    beside = overview(session, user)
    add_facts(session, user, tasks, beside["lists"])
    context = {
        "user": user,
        "overview": beside,
        "tasks": tasks,
        "more": next_url(tasks[-1].created_at, tasks[-1].id) if len(found) > PAGE_SIZE else None,
        "filters": count(session, user),
        "sorts": SORTS,
        "row_menu": ROW_MENU,
        "op": uuid4(),
    }
    return templates.TemplateResponse(request, "tasks.html", context)


@app.post("/tasks/{task_id}/complete", response_class=HTMLResponse)
def complete(request: Request, task_id: int, session: SessionDep, user: UserDep, hx: Htmx = None) -> Response:
    return change(request, session, user, task_id, hx, completed=True)


@app.post("/tasks/{task_id}/reopen", response_class=HTMLResponse)
def reopen(request: Request, task_id: int, session: SessionDep, user: UserDep, hx: Htmx = None) -> Response:
    return change(request, session, user, task_id, hx, completed=False)


def change(
    request: Request, session: Session, user: User, task_id: int, hx: str | None, *, completed: bool
) -> Response:
    task = session.exec(select_tasks(user, Task).where(Task.id == task_id).with_for_update()).first()
    if task is None:
        raise HTTPException(404)
    if task.completed != completed:
        task.completed = completed
        task.version += 1
        task.updated_at = datetime.now(UTC)
    counts, beside = count(session, user), overview(session, user)
    session.commit()
    if hx != "true":
        return RedirectResponse("/tasks", 303)
    add_facts(session, user, [task], beside["lists"])
    context = {
        "task": task,
        "overview": beside,
        "filters": counts,
        "out_of_band": True,
        "announcement": "Completed" if completed else "Reopened",
        "operation": uuid4(),
    }
    return templates.TemplateResponse(request, "changed.html", context)
