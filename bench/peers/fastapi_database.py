"""The engine, and one session per request."""

import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlmodel import Session, col, create_engine, select

from bench.peers.fastapi_models import Task, User

# A request holds its connection while it waits for a thread; with few connections all requests can block each other.
CONNECTIONS = 40
engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg2:", 1), pool_size=CONNECTIONS, max_overflow=0
)


def get_session() -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


def select_tasks(user: User, *columns):
    return select(*columns).where(Task.user_id == user.id, col(Task.deleted_at).is_(None))
