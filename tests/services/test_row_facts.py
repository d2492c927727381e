"""What a row says of a task besides its title."""

from datetime import date
from typing import Any

import pytest

from tests.services.planner import NOW
from web.domain.preferences import Preferences
from web.models.task import TaskRow
from web.services.overview import ListRow
from web.services.row_facts import Facts, RowFacts

GARDEN = ListRow(7, "Garden", "green", None, is_section=False, is_archived=False, pending=1)
PLAIN = dict.fromkeys(TaskRow._fields) | {
    "id": 1,
    "title": "Buy milk",
    "completed": False,
    "created_at": NOW,
    "updated_at": NOW,
    "version": 1,
    "priority": 4,
    "position": "a0",
}


def facts_of(**values: Any) -> Facts | None:
    facts = RowFacts(Preferences(), NOW, {7: GARDEN}, {}, None, None)
    return facts.of(TaskRow(**(PLAIN | values)))


def test_a_plain_task_has_nothing_to_say() -> None:
    assert facts_of() is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"due_on": date(2026, 11, 27)}, {"due": "Tomorrow"}),
        ({"start_on": date(2026, 11, 26), "due_on": date(2026, 11, 27)}, {"due": "by tomorrow"}),
        ({"start_on": date(2026, 11, 20), "due_on": date(2026, 12, 1), "due_time": "09:00"}, {"due": "by Tue, 09:00"}),
        ({"start_on": date(2026, 11, 27), "due_on": date(2026, 11, 28)}, {"due": "Sat"}),
        ({"start_on": date(2026, 11, 26), "due_on": date(2026, 11, 26)}, {"due": "Today"}),
        ({"list_id": 7}, {"list": "Garden"}),
        ({"priority": 2}, {"marks": "!!"}),
    ],
)
def test_one_fact_is_said(values: dict[str, Any], says: dict[str, str]) -> None:
    facts = facts_of(**values)

    assert facts
    assert {name: getattr(facts, name) for name in says} == says


def test_below_the_day_that_it_starts_on_the_due_date_has_a_word() -> None:
    facts = RowFacts(Preferences(), NOW, {}, {}, date(2026, 11, 28), None)

    said = facts.of(TaskRow(**(PLAIN | {"start_on": date(2026, 11, 28), "due_on": date(2026, 12, 10)})))

    assert said and said.due == "by Thu 10 Dec"
