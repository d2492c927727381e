"""Fair turns: which webhooks get the free places of a sender, however much each of them has to send."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# At a time, so that slow receivers of one user leave places for the others.
MOST_OF_WEBHOOK = 2
MOST_OF_USER = 3


class Turn(NamedTuple):
    """One delivery to a webhook of a user."""

    user_id: str
    webhook_id: int


def fair_turns(waiting: Sequence[Turn], under_way: Iterable[Turn], places: int) -> Sequence[Turn]:
    """The deliveries to begin: each goes to the user, and then to the webhook, with the fewest under way.

    `waiting` has each webhook once; of equals the first one is next.
    """
    users, webhooks = Counter[str](), Counter[int]()
    turns: list[Turn] = []

    def count(turn: Turn) -> None:
        users[turn.user_id] += 1
        webhooks[turn.webhook_id] += 1

    for turn in under_way:
        count(turn)
    while len(turns) < places:
        free = [one for one in waiting if users[one[0]] < MOST_OF_USER and webhooks[one[1]] < MOST_OF_WEBHOOK]
        if not free:
            break
        turns.append(min(free, key=lambda one: (users[one.user_id], webhooks[one.webhook_id])))
        count(turns[-1])
    return turns
