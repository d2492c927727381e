"""Tasks as JSON with FastAPI: bearer tokens that are stored as hashes, models for the answers."""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import selectinload
from sqlmodel import Session, SQLModel, col, func, or_, select

from bench.peers.fastapi_database import SessionDep, select_tasks
from bench.peers.fastapi_models import AccessToken, Event, Task, User
from bench.peers.shared import PAGE_SIZE, cursor_of, event_of

router = APIRouter(prefix="/api")


class TaskPublic(SQLModel):
    id: int
    created_at: datetime
    updated_at: datetime
    version: int
    title: str
    description: str | None
    completed: bool
    completed_at: datetime | None
    list_id: int | None
    parent_id: int | None
    priority: int
    start_on: date | None
    due_on: date | None
    due_time: str | None
    due_zone: str | None
    repeat_rule: str | None
    repeat_mode: str | None
    repeat_until: date | None
    repeat_left: int | None
    labels: list[int]
    steps: int
    steps_done: int


class TasksPublic(SQLModel):
    items: list[TaskPublic]
    next: str | None
    counts: dict[str, int]


def get_user(session: SessionDep, bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> User:
    digest = sha256(bearer.credentials.encode()).hexdigest()
    query = select(User).join(AccessToken, col(AccessToken.user_id) == User.id)
    user = session.exec(
        query.where(
            AccessToken.digest == digest,
            col(AccessToken.deleted_at).is_(None),
            or_(col(AccessToken.expires_at).is_(None), col(AccessToken.expires_at) >= datetime.now(UTC)),
        )
    ).first()
    if user is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return user


UserDep = Annotated[User, Depends(get_user)]


def read_tasks(user: User):
    return select_tasks(user, Task).options(selectinload(Task.marks), selectinload(Task.children))


@router.get("/tasks", response_model=TasksPublic)
def index(session: SessionDep, user: UserDep) -> dict:
    newest = read_tasks(user).where(col(Task.parent_id).is_(None))
    newest = newest.order_by(col(Task.created_at).desc(), col(Task.id).desc())
    found = session.exec(newest.limit(PAGE_SIZE + 1)).all()
    tasks = found[:PAGE_SIZE]
    following = cursor_of(tasks[-1].created_at, tasks[-1].id) if len(found) > PAGE_SIZE else None
    return {"items": tasks, "next": following, "counts": count(session, user)}


def count(session: Session, user: User) -> dict[str, int]:
    completed = func.count().filter(col(Task.completed))
    total, done = session.exec(select_tasks(user, func.count(), completed)).one()
    return {"all": total, "pending": total - done, "completed": done}


@router.put("/tasks/{task_id}/completion", response_model=TaskPublic)
def complete(task_id: int, session: SessionDep, user: UserDep) -> Task:
    return change(session, user, task_id, completed=True)


@router.delete("/tasks/{task_id}/completion", response_model=TaskPublic)
def reopen(task_id: int, session: SessionDep, user: UserDep) -> Task:
    return change(session, user, task_id, completed=False)


def change(session: Session, user: User, task_id: int, *, completed: bool) -> Task:
    task = session.exec(read_tasks(user).where(Task.id == task_id).with_for_update()).first()
    if task is None:
        raise HTTPException(404)
    if task.completed != completed:
        now = datetime.now(UTC)
        task.completed, task.completed_at = completed, now if completed else None
        task.version += 1
        task.updated_at = now
        session.add(Event(**event_of(task)))
    session.commit()
    return task
