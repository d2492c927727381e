"""Order by hand: keys between neighbours, and how long they grow."""

import random

import pytest

from web.domain.ordering import LONG_KEY, InvalidPosition, key_between, keys_between, needs_renumbering


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        (None, None, "a0"),
        ("a0", None, "a1"),
        ("az", None, "b00"),
        ("bzz", None, "c000"),
        (None, "a0", "Zz"),
        (None, "Z0", "Yzz"),
        (None, "b00", "az"),
        ("Zz", None, "a0"),
        ("Yzz", None, "Z0"),
        ("a0", "a1", "a0V"),
        ("a0", "a0V", "a0G"),
        ("a0V", "a1", "a0k"),
        ("a0", "a2", "a1"),
        ("a0", "a1V", "a1"),
        ("Zz", "a0", "ZzV"),
        ("a0", "a01", "a00V"),
        ("a0z", "a1", "a0zV"),
        ("a00z", "a011", "a01"),
        (None, "a0V", "a0"),
        ("a0V", None, "a1"),
    ],
)
def test_a_key_lies_between_its_neighbours(before: str | None, after: str | None, key: str) -> None:
    assert key_between(before, after) == key
    assert (before or "") < key < (after or "~")


@pytest.mark.parametrize(("before", "after"), [("a0", "a0"), ("a1", "a0"), ("a0V", "a0"), ("a0", "Zz")])
def test_equal_and_reversed_neighbours_raise(before: str, after: str) -> None:
    with pytest.raises(InvalidPosition):
        key_between(before, after)


@pytest.mark.parametrize("key", ["", "a", "0", "b0", "a0 ", "a0-", "a00", "aé", "a٣", "z0", "A1", "\x00"])
def test_what_is_not_a_key_raises(key: str) -> None:
    for before, after in [(key, None), (None, key), ("a0", key), (key, "z")]:
        with pytest.raises(InvalidPosition):
            key_between(before, after)


def test_ten_thousand_rows_added_at_either_end_take_four_characters() -> None:
    appended = keys_between(None, None, 10_000)
    prepended = keys_between(None, "a0", 10_000)

    assert appended == sorted(set(appended)) and max(map(len, appended)) == 4
    assert prepended == sorted(set(prepended)) and max(map(len, prepended)) == 4


def test_twenty_thousand_random_moves_among_a_hundred_rows_leave_eight_characters() -> None:
    chance = random.Random(1)
    keys = keys_between(None, None, 100)

    longest = 0
    for _ in range(20_000):
        keys.pop(chance.randrange(100))
        place = chance.randrange(100)
        key = key_between(keys[place - 1] if place else None, keys[place] if place < 99 else None)
        keys.insert(place, key)
        longest = max(longest, len(key))

    assert keys == sorted(set(keys))
    assert max(map(len, keys)) <= 8
    assert longest <= 12


def test_a_thousand_rows_below_the_same_one_grow_by_a_character_for_six() -> None:
    keys = ["a1"]

    for _ in range(1_000):
        keys.append(key_between("a0", keys[-1]))

    assert keys == sorted(set(keys), reverse=True)
    assert len(keys[-1]) <= 170


def test_a_thousand_rows_above_the_same_one_grow_by_a_character_for_six() -> None:
    keys = ["a0"]

    for _ in range(1_000):
        keys.append(key_between(keys[-1], "a1"))

    assert keys == sorted(set(keys))
    assert len(keys[-1]) <= 170


def test_a_list_is_renumbered_when_a_key_passes_fifty_characters() -> None:
    keys = ["a0", "a1"]
    while not needs_renumbering(keys[1]):
        keys.insert(1, key_between("a0", keys[1]))

    renumbered = keys_between(None, None, len(keys))

    assert len(keys[1]) == LONG_KEY + 1
    assert 250 < len(keys) < 350
    assert renumbered == sorted(set(renumbered)) and max(map(len, renumbered)) == 3


@pytest.mark.parametrize("count", [0, 1, 2, 7, 500])
@pytest.mark.parametrize(("before", "after"), [(None, None), ("a0", None), (None, "a0"), ("a0", "a1"), ("a0", "a01")])
def test_several_keys_fit_between_two_neighbours(before: str | None, after: str | None, count: int) -> None:
    keys = keys_between(before, after, count)

    assert len(keys) == count
    assert keys == sorted(set(keys))
    assert all((before or "") < key < (after or "~") for key in keys)


def test_random_neighbours_always_have_room() -> None:
    chance = random.Random(2)
    keys = ["a0"]

    for _ in range(5_000):
        place = min(chance.randrange(len(keys) + 1), chance.randrange(len(keys) + 1))
        keys.insert(place, key_between(keys[place - 1] if place else None, keys[place] if place < len(keys) else None))

    assert keys == sorted(set(keys))


def test_an_end_of_the_numbers_raises() -> None:
    assert key_between("y" + "z" * 25, None) == "z" + "0" * 26
    assert key_between(None, "B" + "0" * 25) == "A" + "z" * 26
    with pytest.raises(InvalidPosition):
        key_between("z" * 27, None)
    with pytest.raises(InvalidPosition):
        key_between(None, "A" + "0" * 26)
