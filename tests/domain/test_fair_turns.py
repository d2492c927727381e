"""Which webhooks are sent to next."""

from web.domain.fair_turns import MOST_OF_USER, MOST_OF_WEBHOOK, Turn, fair_turns

MANY = [Turn("ada", number) for number in range(10)]
BOB, CY = Turn("bob", 10), Turn("cy", 11)


def test_each_user_gets_a_turn_before_any_gets_a_second_one() -> None:
    assert fair_turns([*MANY, BOB, CY], [], 4) == [MANY[0], BOB, CY, MANY[1]]


def test_what_is_under_way_counts() -> None:
    assert fair_turns([MANY[0], BOB], [BOB], 1) == [MANY[0]]
    assert fair_turns(MANY[:2], [MANY[0]], 1) == [MANY[1]]


def test_a_user_and_a_webhook_have_a_bound() -> None:
    assert len(fair_turns(MANY, [], 100)) == MOST_OF_USER
    assert fair_turns([BOB], [], 100) == [BOB] * MOST_OF_WEBHOOK
    assert fair_turns([BOB], [BOB] * MOST_OF_WEBHOOK, 100) == []


def test_without_a_free_place_nothing_begins() -> None:
    assert fair_turns([BOB], [MANY[0]], 0) == []
