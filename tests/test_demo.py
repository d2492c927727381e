"""The demo: what its lines become, once."""

import re
from datetime import timedelta

import pytest
from rich.console import Console
from sqlmodel import Session, select

from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import NotFound
from web.domain.timestamps import utc_now
from web.models.list import List
from web.models.task import Task
from web.models.user import User
from web.seeds import seed_demo
from web.services.history import History
from web.services.views import Views


@pytest.fixture
def demo(database: Database) -> Database:
    for _ in range(2):
        seed_demo(database, Console(quiet=True))
    return database


def tasks(session: Session) -> dict[str, Task]:
    found = session.exec(select(Task)).all()
    assert len(found) == len({task.title for task in found}), "seeding again adds nothing"
    return {task.title: task for task in found}


def test_its_words_are_read(demo: Database) -> None:
    today = utc_now().date()
    with demo.reading() as session:
        found = tasks(session)
        lists = {one.id: one.name for one in session.exec(select(List)).all()}

    assert not [title for title in found if re.search(r"[#@{}]|^x |\d{4}-\d\d", title)]
    assert len(found) >= 45
    draft, step = found["Send the draft to Priya"], found["Write the summary"]
    assert (lists[draft.list_id or 0], draft.priority, draft.due_on, draft.due_time) == (
        "Quarterly report",
        1,
        today,
        "16:00",
    )
    assert (step.parent_id, step.completed) == (draft.id, True)
    assert found["Stretch for ten minutes"].repeat_mode == "completion"
    assert found["Renew the passport"].due_on == today - timedelta(days=3)
    assert [found[title].description for title in ("Plan the week", "Write to Freya")] == [
        None,
        "It has been since summer.",
    ]


def test_every_view_has_something_to_show(demo: Database) -> None:
    with demo.reading() as session:
        user = session.exec(select(User)).one()
        views = Views(session.connection(), Actor(user.id))
        today, upcoming = views.today(), views.upcoming()

        assert min(len(today.overdue), len(today.planned), len(today.done)) >= 2
        assert len(upcoming.days) >= 8
        assert upcoming.later
        assert len(views.inbox(0).rows) >= 4
        assert {row.title for row in views.done("").rows} >= {"Clean the gutters", "Empty the dishwasher"}


def test_undo_leaves_it_alone(demo: Database) -> None:
    with demo.writing() as session:
        user = session.exec(select(User)).one()
        history = History(session.connection(), Actor(user.id))

        assert history.last() is None
        with pytest.raises(NotFound):
            history.undo("unknown")
