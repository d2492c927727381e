"""One line per noun: how to make a record of it, and what its forms send. tests/routes asks the same of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.factories import Factory
from web.models.user import User

Maker = Callable[[Factory, User], Any]


@dataclass(frozen=True)
class Noun:
    """`draft` has the fields of the Draft, as a form and as JSON. `before` is the state that an action needs."""

    make: Maker
    draft: Mapping[str, str]
    before: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


NOUNS = {
    "tasks": Noun(lambda make, user: make.task(user), {"title": "Buy tea"}),
    "labels": Noun(lambda make, user: make.record("labels", user, name="errand"), {"name": "home", "colour": "teal"}),
}
