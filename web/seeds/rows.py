"""The rows that `daybook seed` adds for load: lists, labels, tasks and what belongs to them.

Pure: the same plan gives the same rows on any day. Rows name each other by idempotency key, where the tables have ids:
`web.seeds` looks them up.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from web.domain.folding import search_text
from web.domain.ordering import key_at
from web.domain.recurrence import Rule
from web.models.colour import Colour
from web.models.label import name_key as label_key
from web.models.list import name_key
from web.seeds.data import ACTS, FIRST, LABELS, LISTS, NOTES, RULES, THINGS, Plan, Row, SampleList, level_of

SHARE_OF_FIRST_USER = 0.1
# Of so many tasks in a row the first may have steps and the second repeat; the last ones then belong to them.
GROUP = 20
STEPS, OCCURRENCES = range(14, 18), range(18, 20)
# One task of so many has a label, or a reminder.
LABELLED, REMINDED = 5, 50


class SampleRows:
    """The rows of the users, by table, in an order in which what a row refers to comes first."""

    def __init__(self, plan: Plan, people: Sequence[Row]) -> None:
        self.plan, self.people = plan, people

    def lists(self, level: int) -> Iterator[Row]:
        """Those that are inside so many others."""
        for owner, user in enumerate(self.people):
            for place, one in enumerate(LISTS[: self._lists_of(owner)]):
                if level_of(one) == level:
                    yield self._list(owner, user, place, one)

    def labels(self) -> Iterator[Row]:
        for owner, user in enumerate(self.people):
            for place, name in enumerate(LABELS[: self._labels_of(owner)]):
                made = _record(user["id"], user["created_at"], self._key("label", owner, place))
                yield {**made, "name": name, "name_key": label_key(name), "colour": list(Colour)[place].value}

    def tasks(self) -> Iterator[Row]:
        """Those that refer to no other task."""
        return (self.task(number) for number in range(self.plan.tasks) if self._first_of(number) is None)

    def steps_and_occurrences(self) -> Iterator[Row]:
        """Those that refer to one of `tasks`."""
        for number in range(self.plan.tasks):
            if (first := self._first_of(number)) is not None:
                place = number % GROUP
                yield self._step(number, first) if place in STEPS else self._occurrence(number, first)

    def task_labels(self) -> Iterator[Row]:
        for number in self._with(LABELLED):
            random, task = self._random("label", number), self.task(number)
            if most := self._labels_of(self._owner(number)):
                label = self._key("label", self._owner(number), random.randrange(most))
                yield {"user_id": task["user_id"], "task_id": task["idempotency_key"], "label_id": label}

    def reminders(self) -> Iterator[Row]:
        """Those that have passed count as sent."""
        for number in self._with(REMINDED):
            task = self.task(number)
            at = datetime.combine(task["due_on"], time.fromisoformat(task["due_time"]), UTC) - timedelta(minutes=30)
            made = _record(task["user_id"], task["created_at"], self._key("reminder", number))
            sent_at = at if at < self.plan.now else None
            yield {**made, "task_id": task["idempotency_key"], "minutes_before": 30, "at": at, "sent_at": sent_at}

    def task(self, number: int) -> dict[str, Any]:
        """One that refers to no other task."""
        random = self._random("task", number)
        owner = self._owner(number, random)
        title = random.choice(THINGS) if random.random() < 0.6 else f"{random.choice(ACTS)} {random.choice(FIRST)}"
        note = random.choice(NOTES) if random.random() < 0.3 else None
        made = self.plan.now - timedelta(seconds=random.randint(60, 60 * 86400))
        changes, completed = random.choice((0, 0, 0, 1, 2)), random.random() < 0.4
        row = self._task_row(owner, self._key("task", number), title, note)
        if not self.plan.plain:
            # Most tasks are old and done.
            made -= timedelta(days=int(700 * random.random() ** 3))
            completed = completed or (made < self.plan.now - timedelta(days=60) and random.random() < 0.85)
            row |= self._planned(number, owner, random, made.date(), completed=completed)
        return row | _times(made, made + timedelta(minutes=random.randint(1, 600)), changes, completed=completed)

    def _planned(self, number: int, owner: int, random: Random, made: date, *, completed: bool) -> dict[str, Any]:
        """Half of the tasks are in the Inbox, few lists hold most of the others, and most tasks have no date."""
        lists = self._lists_of(owner)
        in_list = self._key("list", owner, int(lists * random.random() ** 2.5)) if random.random() < 0.5 else None
        priority = random.choices((1, 2, 3, 4), (3, 5, 7, 85))[0]
        values: dict[str, Any] = {**_UNPLANNED, "list_id": in_list, "priority": priority}
        near = made if completed else self.plan.today
        if _repeats(number) and not completed:
            return values | _repeat(random, near)
        if number % REMINDED == 0 or random.random() < 0.3:
            values["due_on"] = near + timedelta(days=random.choice((-9, -2, -1, 0, 0, 1, 2, 3, 5, 8, 13, 30, 90)))
        if values["due_on"] and (number % REMINDED == 0 or random.random() < 0.25):
            values["due_time"] = f"{random.randrange(8, 20):02}:{random.choice((0, 15, 30)):02}"
        if random.random() < 0.05:
            values["start_on"] = near + timedelta(days=random.randint(-20, 20))
        return values

    def _step(self, number: int, first: int) -> Row:
        random, parent = self._random("step", number), self.task(first)
        made, completed = parent["created_at"], parent["completed"] or random.random() < 0.4
        row = self._task_row(self._owner(first), self._key("task", number), random.choice(THINGS), None) | _UNPLANNED
        row |= {"list_id": parent["list_id"], "parent_id": parent["idempotency_key"]}
        # A step that is open would be completed with its parent.
        at = parent["updated_at"] if parent["completed"] else made + timedelta(minutes=random.randint(1, 600))
        return row | _times(made + timedelta(seconds=number % GROUP), at, 0, completed=completed)

    def _occurrence(self, number: int, first: int) -> Row:
        """The last or the last but one that was completed of a repeating task."""
        series = self.task(first)
        rule, anchor = Rule.parse(series["repeat_rule"]), series["repeat_anchor"]
        due_on = rule.next(anchor, anchor - timedelta(days=1)) if number % GROUP == OCCURRENCES[0] else None
        due_on = due_on or rule.next(anchor, anchor)
        done_at = datetime.combine(due_on or anchor, time(8, number % 60), UTC)
        row = {**series, "idempotency_key": self._key("task", number), "series_id": series["idempotency_key"]}
        row |= dict.fromkeys(("repeat_rule", "repeat_mode", "repeat_anchor"))
        return row | {"due_on": due_on} | _times(done_at, done_at, 0, completed=True) | {"version": 1}

    def _task_row(self, owner: int, key: str, title: str, note: str | None) -> dict[str, Any]:
        return {
            "user_id": self.people[owner]["id"],
            "title": title,
            "description": note,
            "idempotency_key": key,
            "search_text": search_text(title, note),
        }

    def _list(self, owner: int, user: Row, place: int, one: SampleList) -> Row:
        made = _record(user["id"], user["created_at"], self._key("list", owner, place))
        return {
            **made,
            "name": one.name,
            "name_key": name_key(one.name),
            "colour": list(Colour)[place % len(Colour)].value,
            "parent_id": None if one.parent is None else self._key("list", owner, one.parent),
            "is_section": one.is_section,
            "position": key_at(user["created_at"] + timedelta(seconds=place)),
            "archived_at": user["created_at"] + timedelta(days=20) if one.is_archived else None,
        }

    def _first_of(self, number: int) -> int | None:
        """The task that this one is a step or an occurrence of."""
        if self.plan.plain or number < len(self.people):
            return None
        first = number - number % GROUP
        if number % GROUP in STEPS:
            return first if first // GROUP % 2 == 0 else None
        if number % GROUP in OCCURRENCES:
            return first + 1 if _repeats(first + 1) and self.task(first + 1)["repeat_rule"] else None
        return None

    def _with(self, every: int) -> Iterator[int]:
        """The first of so many numbers each, where it is one of `tasks`."""
        return (number for number in range(0, self.plan.tasks, every) if self._first_of(number) is None)

    def _owner(self, number: int, random: Random | None = None) -> int:
        """The index of the task's owner: each user gets one task, the first the most, earlier ones more."""
        people, random = len(self.people), random or self._random("task", number)
        if number < people:
            return number
        # A larger share among few users; otherwise the second would get more.
        if people == 1 or random.random() < max(SHARE_OF_FIRST_USER, min(8 / people, 0.5)):
            return 0
        return 1 + int((people - 1) * random.random() ** 2)

    def _lists_of(self, owner: int) -> int:
        return len(LISTS) if owner == 0 else self._random("lists", owner).randint(1, 8)

    def _labels_of(self, owner: int) -> int:
        return len(LABELS) if owner == 0 else self._random("labels", owner).randint(0, 4)

    def _random(self, what: str, number: int) -> Random:
        return Random(f"{what} {self.plan.seed} {number}")

    def _key(self, *names: object) -> str:
        return str(UUID(bytes=sha256(f"{names} {self.plan.seed}".encode()).digest()[:16], version=4))


_UNPLANNED = {
    **dict.fromkeys(("list_id", "parent_id", "series_id", "start_on", "due_on", "due_time")),
    **dict.fromkeys(("repeat_rule", "repeat_mode", "repeat_anchor")),
    "priority": 4,
}


def _record(user_id: str, made: datetime, key: str) -> dict[str, Any]:
    return {"user_id": user_id, "created_at": made, "updated_at": made, "idempotency_key": key}


def _times(made: datetime, changed: datetime, changes: int, *, completed: bool) -> dict[str, Any]:
    """What follows from when a task was added and changed."""
    updated_at = changed if changes + completed else made
    return {
        "completed": completed,
        "created_at": made,
        "updated_at": updated_at,
        "completed_at": updated_at if completed else None,
        "version": 1 + changes + completed,
        "position": key_at(made),
    }


def _repeats(number: int) -> bool:
    return number % GROUP == 1 and number // GROUP % 3 == 0


def _repeat(random: Random, today: date) -> dict[str, Any]:
    """A repeating task that was completed twice and is due about now."""
    text, days = random.choice([*RULES.items()])
    rule = Rule.parse(text)
    anchor = rule.begin(today - timedelta(days=days)) or today
    second = rule.next(anchor, anchor) or anchor
    mode = random.choice(("schedule", "schedule", "completion"))
    values = {"repeat_rule": str(rule), "repeat_mode": mode, "repeat_anchor": anchor}
    return {**values, "due_on": rule.next(anchor, second), "due_time": random.choice((None, None, "09:00"))}
