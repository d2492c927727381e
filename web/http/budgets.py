"""How often one user may do what costs most: more than a person does by hand, less than a script that runs wild.

Handlers name theirs by the option `budget`, so that pages and the API share one count. Each process counts for itself.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from web.http.request import AnyRequest, query_string

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
        if not self._is_on:
            return
        budget, now = BUDGETS[kind], self._now()
        ends, count = self._windows.get((kind, user_id), (0.0, 0))
        if ends <= now:
            ends, count = now + budget.seconds, 0
        if count >= budget.count:
            raise BudgetSpent(budget.sentence, math.ceil(ends - now))
        if len(self._windows) >= MOST_COUNTED:
            self._windows = {key: window for key, window in self._windows.items() if window[0] > now}
        self._windows[kind, user_id] = (ends, count + 1)


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
