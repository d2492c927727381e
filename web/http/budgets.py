"""How often one user may do what costs most: more than a person does by hand, less than a script that runs wild.

Handlers name theirs by the option `budget`, so that pages and the API share one count. Each process counts for itself.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeAlias
from urllib.parse import parse_qs

from web.http.middleware.session import user_of
from web.http.request import AnyRequest, Part, RequestParts, query_string

# Users and kinds that are counted at once; beyond it those of earlier windows are forgotten.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Budget:
    """`count` requests in `seconds`. With a `parameter`, those count whose query has it and is not empty."""

    count: int
    seconds: int
    sentence: str
    parameter: str = ""


BUDGETS = {
    "tasks": Budget(300, 60, "You added 300 tasks within a minute. Wait a moment, or import them in the settings."),
    "searches": Budget(300, 60, "You searched 300 times within a minute. Wait a moment and search again.", "q"),
    # Each pause while a line is typed asks for one.
    "previews": Budget(600, 60, "Daybook reads your line again in a moment."),
    "links": Budget(5, 3600, "Five links were sent within an hour. Follow one of them, or give your password."),
    "imports": Budget(60, 3600, "You imported 60 files within an hour. Wait before you import more."),
}


class BudgetSpent(Exception):
    """The user has used up a budget. The text is one sentence for the user; `seconds` from now it is full again."""

    def __init__(self, sentence: str, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Budgets:
    """Counts by kind and user, in windows that begin with the first request."""

    def __init__(self, *, is_on: bool = True, now: Callable[[], float] = time.monotonic) -> None:
        self._is_on, self._now = is_on, now
        # When a window ends, and how many requests there were in it.
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def spend(self, kind: str, user_id: str) -> None:
        """Count one more. Raises BudgetSpent."""
        budget = BUDGETS[kind]
        ends, count = self._window(kind, user_id)
        if count >= budget.count:
            raise BudgetSpent(budget.sentence, math.ceil(ends - self._now()))
        self.add(kind, user_id, 1)

    def add(self, kind: str, user_id: str, count: int) -> None:
        """Count what one allowed request did beyond the first: it may go past the limit, the next request may not."""
        if not self._is_on:
            return
        ends, counted = self._window(kind, user_id)
        if len(self._windows) >= MOST_COUNTED:
            now = self._now()
            self._windows = {key: window for key, window in self._windows.items() if window[0] > now}
        self._windows[kind, user_id] = (ends, counted + count)

    def _window(self, kind: str, user_id: str) -> tuple[float, int]:
        """The present window of a user, or a new one."""
        now = self._now()
        ends, count = self._windows.get((kind, user_id), (0.0, 0))
        return (ends, count) if ends > now else (now + BUDGETS[kind].seconds, 0)


def spend_budget(request: AnyRequest, user_id: str) -> None:
    """Count the request for its user, if its handler has a budget. Raises BudgetSpent."""
    if kind := _kind(request):
        budgets: Budgets = request.app.state.budgets
        budgets.spend(kind, user_id)


def _kind(request: AnyRequest) -> str:
    """Of the request's budget; empty for none."""
    kind: str = request.scope["route_handler"].opt.get("budget", "")
    if kind and (parameter := BUDGETS[kind].parameter):
        return kind if parameter in parse_qs(query_string(request)) else ""
    return kind


def _spend_more(request: AnyRequest, count: int) -> None:
    user, budgets = user_of(request.scope), request.app.state.budgets
    if user and (kind := _kind(request)):
        budgets.add(kind, user.id, count)


class _MoreToSpend(Part):
    def read(self, parts: RequestParts, kind: Any) -> Any:
        return partial(_spend_more, parts.request)


SpendMore: TypeAlias = Annotated[Callable[[int], None], _MoreToSpend()]
"""Counts so many more of what the handler has a budget for, beside the one of the request itself."""
