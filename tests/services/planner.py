"""A user who plans, for tests of services: each call is an operation of its own, at a time that the test sets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import time_machine
from sqlmodel import col, select

from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor, new_operation
from web.domain.preferences import Preferences
from web.models.event import Event
from web.models.list import List, NewList
from web.models.task import Task, TaskRow
from web.models.task_drafts import NewTask
from web.services.day_ordering import DayOrdering
from web.services.history import History
from web.services.lists import Lists
from web.services.ordering import Ordering
from web.services.overview import Overviews
from web.services.records import Service
from web.services.tasks import Tasks
from web.services.views import Views

Result = TypeVar("Result")
AnyService = TypeVar("AnyService", bound=Service)
BERLIN = ZoneInfo("Europe/Berlin")
# The moment of all cases in the facts: a Thursday.
NOW = datetime(2026, 11, 26, 14, 30, tzinfo=BERLIN)
TODAY = NOW.date()


class Planner:
    def __init__(self, database: Database, make: Factory, preferences: Preferences | None = None) -> None:
        self.database, self.make, self.user = database, make, make.user("Ada")
        self.preferences = preferences or Preferences(zone=BERLIN, zone_is_known=True)
        self.now = NOW
        self.operation = ""

    def run(self, service: type[AnyService], work: Callable[[AnyService], Result], operation: str = "") -> Result:
        """One action of a service in a transaction of its own, under an operation of its own."""
        self.operation = operation or new_operation()
        with time_machine.travel(self.now, tick=False), self.database.transaction() as session:
            return work(service(session.connection(), self.actor))

    @property
    def actor(self) -> Actor:
        return Actor(self.user.id, self.operation, self.preferences)

    def in_zone(self, zone: ZoneInfo) -> None:
        self.preferences = replace(self.preferences, zone=zone)

    def add(self, title: str = "Buy milk", **values: Any) -> Task:
        draft = NewTask(title=title, **values)
        return self.run(Tasks, lambda tasks: tasks.add(draft, str(uuid4())))

    def add_list(self, name: str, **values: Any) -> List:
        return self.run(Lists, lambda lists: lists.add(NewList(name=name, **values), str(uuid4())))

    def complete(self, task: Task, **options: Any) -> TaskRow:
        return self.tasks(lambda tasks: tasks.complete(task.id or 0, **options))

    def edit(self, task: Task, draft: Any, version: int = 0) -> Task:
        return self.tasks(lambda tasks: tasks.edit(task.id or 0, draft, version or self.stored(task).version))

    def tasks(self, work: Callable[[Tasks], Result], operation: str = "") -> Result:
        return self.run(Tasks, work, operation)

    def lists(self, work: Callable[[Lists], Result]) -> Result:
        return self.run(Lists, work)

    def order(self, work: Callable[[Ordering], Result]) -> Result:
        return self.run(Ordering, work)

    def order_day(self, work: Callable[[DayOrdering], Result]) -> Result:
        return self.run(DayOrdering, work)

    def views(self, work: Callable[[Views], Result]) -> Result:
        return self.run(Views, work)

    def overview(self) -> Any:
        return self.run(Overviews, lambda overviews: overviews.get())

    def undo(self, operation: str = "", **options: Any) -> Any:
        undone = operation or self.operation
        return self.run(History, lambda history: history.undo(undone, **options))

    def stored(self, task: Task) -> Task:
        found = self.make.stored(task)
        assert found
        return found

    def all(self) -> list[Task]:
        with self.database.reading() as session:
            return list(session.scalars(select(Task).where(Task.user_id == self.user.id).order_by(col(Task.id))))

    def events(self, *actions: str) -> list[Event]:
        with self.database.reading() as session:
            found = session.scalars(select(Event).where(Event.user_id == self.user.id).order_by(col(Event.id)))
            return [event for event in found if not actions or event.action in actions]


def titles(rows: Any) -> list[str]:
    return [row.title for row in rows]


def content(task: Task) -> dict[str, Any]:
    """Everything of a task but its version and the time of its last change."""
    return {name: value for name, value in task.model_dump().items() if name not in ("version", "updated_at")}


def day(text: str) -> date:
    return date.fromisoformat(text)
