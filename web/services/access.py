"""Where every query on tasks starts: at whose they are. The one who asks is bound when it runs, as `user`."""

from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import SQLModel

from web.models.task import Task, TaskRow
from web.models.task_counts import TaskCounts

# The table, not the model: rows for looking at cost a third of what entities do.
TASKS = SQLModel.metadata.tables[str(Task.__tablename__)]
ROW = [TASKS.c[name] for name in TaskRow._fields]
COUNTS = SQLModel.metadata.tables[str(TaskCounts.__tablename__)]
USER_ID = bindparam("user", type_=TASKS.c.user_id.type)


def including_deleted(*columns: Any) -> Select[Any]:
    """What this user owns, deleted or not."""
    return select(*columns).where(TASKS.c.user_id == USER_ID)


def readable(*columns: Any) -> Select[Any]:
    """What this user owns and has not deleted."""
    return including_deleted(*columns).where(TASKS.c.deleted_at.is_(None))
