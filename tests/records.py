"""One line per noun: how to make a record of it, and what its forms send. tests/routes asks the same of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.factories import Factory
from web.domain.timestamps import utc_now
from web.models.user import User

Maker = Callable[[Factory, User], Any]


@dataclass(frozen=True)
class Noun:
    """`draft` has the fields of the Draft, as a form and as JSON. `before` is the state that an action needs."""

    make: Maker
    draft: Mapping[str, str]
    before: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def _deleted_list(make: Factory, user: User) -> Any:
    return make.record("lists", user, name="Garden", name_key="garden", deleted_at=utc_now())


NOUNS = {
    "tasks": Noun(lambda make, user: make.task(user), {"title": "Buy tea"}),
    "labels": Noun(lambda make, user: make.record("labels", user, name="errand"), {"name": "home", "colour": "teal"}),
    **{view: Noun(lambda make, user: make.task(user), {}) for view in ("today", "upcoming", "inbox", "done")},
    "trash": Noun(lambda make, user: make.task(user, deleted_at=utc_now()), {}),
    "trash/lists": Noun(_deleted_list, {}),
}
