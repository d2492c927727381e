"""One line per noun: how to make a record of it, and what its forms send. tests/routes asks the same of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.factories import Factory
from tests.push_service import Browser
from web.domain.timestamps import utc_now
from web.models.user import User

Maker = Callable[..., Any]


@dataclass(frozen=True)
class Noun:
    """`make` takes a factory, the user and the state that an action needs; `draft` has the fields of the Draft.

    By action, the last part of a path: `forms` has the fields of those with a Draft of their own, `before` the state
    that they need, `statements` how many they may execute where that is more than any record's, as METHOD action.
    """

    make: Maker
    draft: Mapping[str, str]
    forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    statements: Mapping[str, int] = field(default_factory=dict)
    # The same for the API, whose fields and bodies may be others.
    api_statements: Mapping[str, int] = field(default_factory=dict)
    bodies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    # What POST without an id sends where that is no JSON.
    file: bytes = b""
    # Whether POST without an id makes a record.
    makes_records: bool = True


def _reminder(make: Factory, user: User) -> Any:
    """Of a task, and due."""
    return make.record("reminders", user, task_id=make.task(user).id, at=utc_now())


def _deleted_list(make: Factory, user: User) -> Any:
    return make.record("lists", user, name="Garden", name_key="garden", deleted_at=utc_now())


def _deleted_label(make: Factory, user: User) -> Any:
    return make.record("labels", user, name="errand", deleted_at=utc_now())


def _device(make: Factory, user: User) -> Any:
    return make.record("push_subscriptions", user, **Browser().stored)


def _token(make: Factory, user: User) -> Any:
    return make.access_token(user)[0]


def _feed(make: Factory, user: User) -> Any:
    return make.feed(user)[0]


def _webhook(make: Factory, user: User) -> Any:
    return make.webhook(user)[0]


def _without_body(*actions: str) -> dict[str, Mapping[str, Any]]:
    return {action: {} for action in actions}


BROWSER = Browser()


def _import(make: Factory, user: User, state: str = "ready") -> Any:
    return make.record("imports", user, file_name="tasks.txt", state=state)


VIEWS = ("today", "upcoming", "inbox", "done")
_DAY = date(2026, 11, 26)
NOUNS = {
    "tasks": Noun(
        lambda make, user, **state: make.task(user, **state),
        {"title": "Buy tea"},
        forms={
            "due": {"due_on": "2026-12-01"},
            "note": {"description": "Two litres"},
            "start": {"start_on": "2026-12-01"},
            "priority": {"priority": "2"},
            "repeat": {"words": "every monday"},
            "labels": {"name": "errand"},
            "several": {"lines": "Buy tea"},
            "reminders": {"on": "2099-12-01", "at": "09:00"},
        },
        before={
            "make-list": {"title": "Buy tea #Garden"},
            "skip": {
                "repeat_rule": "FREQ=DAILY",
                "repeat_mode": "schedule",
                "repeat_anchor": _DAY,
                "due_on": _DAY,
            },
        },
        # Without a body.
        bodies={
            "quick-add": {"line": "Buy tea"},
            "steps": {"title": "Buy tea"},
            "move": {"to": "top"},
            "reminders": {"at": "2099-12-01T09:00:00Z"},
            **_without_body("restore", "completion", "complete", "skip"),
        },
        api_statements={
            "GET ": 3,
            "GET tasks": 3,
            "GET steps": 4,
            "GET events": 3,
            "GET reminders": 3,
            "POST reminders": 8,
            "PUT ": 9,
            "PATCH ": 9,
            "POST tasks": 8,
            "POST quick-add": 12,
            "POST steps": 9,
            "POST move": 12,
            "POST skip": 14,
        },
        # A due date moves reminders; a list needs the names of all; a label or a list is made first.
        statements={
            "GET labels": 5,
            "GET move": 3,
            "GET steps": 3,
            "POST due": 11,
            "POST reminders": 10,
            "POST labels": 19,
            "POST make-list": 22,
            "POST move": 10,
            "POST repeat": 10,
            "POST priority": 9,
            "POST skip": 12,
            "POST start": 9,
            "POST steps": 6,
        },
    ),
    # A record of its own is added under its task.
    "reminders": Noun(
        _reminder,
        {},
        statements={"POST done": 12, "POST delete": 9},
        makes_records=False,
        api_statements={"POST snooze": 6, "POST dismiss": 6, "POST reminders": 8},
    ),
    "labels": Noun(
        lambda make, user, **state: make.record("labels", user, name="errand", **state),
        {"name": "home", "colour": "teal"},
        bodies=_without_body("restore"),
    ),
    "preferences": Noun(
        lambda make, user: user,
        {"time_zone": "Europe/Berlin", "week_start": 6},
        api_statements={"PUT preferences": 10, "PATCH preferences": 11},
        makes_records=False,
    ),
    "me": Noun(lambda make, user: user, {}),
    "events": Noun(lambda make, user: make.task(user), {}),
    "settings": Noun(
        lambda make, user: user,
        {"time_zone": "Europe/Berlin", "week_start": "6"},
        forms={"zone": {"time_zone": "Europe/Berlin"}, "browser-zone": {"time_zone": "Europe/Berlin"}},
        statements={"POST settings": 10, "POST zone": 12, "POST browser-zone": 11},
        makes_records=False,
    ),
    "lists": Noun(
        lambda make, user, **state: make.record("lists", user, name="Garden", **state),
        {"name": "Home", "colour": "teal"},
        forms={"move": {}, "order": {"to": "up"}, "sections": {"name": "Shed"}},
        bodies={
            "sections": {"name": "Beds", "colour": "teal"},
            "parent": {"parent_id": None},
            **_without_body("restore", "archive"),
        },
        api_statements={
            "POST lists": 8,
            "PUT ": 7,
            "PATCH ": 7,
            "DELETE ": 10,
            "POST restore": 9,
            "PUT archive": 8,
            "DELETE archive": 8,
            "GET sections": 3,
            "POST sections": 9,
            "PUT parent": 9,
        },
        statements={"GET ": 4, "POST sections": 9, "POST lists": 8, "POST delete": 9, "POST restore": 9, "GET edit": 3},
    ),
    "devices": Noun(_device, BROWSER.draft, statements={"PUT ": 6}),
    # With its owner, the device, what became of the test.
    "settings/devices": Noun(_device, {}, statements={"POST test": 4}),
    "settings/sessions": Noun(lambda make, user: make.sign_in(user), {}, makes_records=False),
    "settings/tokens": Noun(_token, {"name": "Backup", "scope": "write", "lifetime": "30"}),
    # A file is in no record; what makes one reads a form of its own.
    "settings/import": Noun(
        _import,
        {"text": "Buy tea"},
        statements={"POST import": 9, "GET import": 4, "POST begin": 8, "POST cancel": 8, "POST read": 8},
        makes_records=False,
    ),
    "imports": Noun(
        _import,
        {},
        bodies={"read": {"encoding": "windows-1252"}, **_without_body("begin", "cancel")},
        file=b"Buy tea",
        api_statements={"POST imports": 8, "POST begin": 6, "POST cancel": 8, "POST read": 6},
    ),
    "exports": Noun(lambda make, user: user, {}, api_statements={"GET ": 5}),
    # The user, lists, labels, settings, and the first tasks.
    "settings/export": Noun(
        lambda make, user: user,
        {},
        statements={f"GET daybook.{ending}": 5 for ending in ("json", "csv", "txt", "md", "ics")},
        makes_records=False,
    ),
    "settings/activity": Noun(lambda make, user: user, {}, makes_records=False),
    "settings/feeds": Noun(_feed, {"source": "all", "kind": "todos"}, statements={"GET feeds": 5, "POST feeds": 8}),
    "feeds": Noun(_feed, {"source": "all", "kind": "todos"}),
    "settings/webhooks": Noun(_webhook, {"url": "https://example.com/daybook"}, statements={"POST webhooks": 7}),
    "settings/deliveries": Noun(lambda make, user: make.delivery(make.webhook(user)[0]), {}, makes_records=False),
    "webhooks": Noun(
        _webhook,
        {"url": "https://example.com", "secret": "whsec_" + "A" * 32},
        bodies={"types": {"types": ["tasks.add"]}, "secret": {"secret": "whsec_" + "B" * 32}},
        api_statements={"POST webhooks": 6},
    ),
    **{view: Noun(lambda make, user: make.task(user), {}, makes_records=False) for view in VIEWS},
    "trash": Noun(lambda make, user: make.task(user, deleted_at=utc_now()), {}),
    # Of all that was in the list.
    "trash/labels": Noun(_deleted_label, {}, statements={"POST restore": 9}),
    "trash/lists": Noun(_deleted_list, {}, statements={"POST delete": 10, "POST restore": 10}),
}
