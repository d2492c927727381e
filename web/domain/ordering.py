"""Order by hand: text keys that sort byte by byte, with room for another one between any two.

A key is a whole number and a fraction in base 62. The number's first character says how many digits follow, so that
rows added at an end take the next number and keys stay short: a0, a1 … az, b00; before a0 come Zz, Zy. A row between
two others takes a fraction: a0V lies between a0 and a1. Columns need COLLATE "C", or Zz would sort after a0.
"""

from datetime import UTC, datetime, timedelta

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
VALUES = {digit: value for value, digit in enumerate(DIGITS)}
MOST_DIGITS = 26
# A longer key is a reason to renumber its list.
LONG_KEY = 50
# What a row has that was never ordered: before every key that `key_at` gives.
FIRST_KEY = "a0"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class InvalidPosition(ValueError):
    """A key that is malformed, or two neighbours without room between them."""


def key_between(before: str | None, after: str | None) -> str:
    """A key between two neighbours; None is the end of the list. Raises `InvalidPosition` unless before < after."""
    if before is not None and after is not None:
        return _between(before, after)
    if before is not None:
        return _text(_parse(before)[0] + 1)
    if after is not None:
        number, fraction = _parse(after)
        return _text(number if fraction else number - 1)
    return _text(0)


def keys_between(before: str | None, after: str | None, count: int) -> list[str]:
    """So many keys in order between two neighbours; without neighbours, the keys of a list that is renumbered."""
    keys: list[str] = []
    if after is None:
        for _ in range(count):
            keys.append(key_between(keys[-1] if keys else before, None))
    elif before is None:
        for _ in range(count):
            keys.insert(0, key_between(None, keys[0] if keys else after))
    elif count:
        middle = key_between(before, after)
        left = (count - 1) // 2
        keys = [*keys_between(before, middle, left), middle, *keys_between(middle, after, count - 1 - left)]
    return keys


def key_at(timestamp: datetime) -> str:
    """The key of a row added at the end of its list at that time: no other row has to be read for it.

    Two rows of one microsecond get the same key, and one whose clock is behind comes earlier.
    """
    return _text((timestamp - EPOCH) // timedelta(microseconds=1))


def needs_renumbering(key: str) -> bool:
    return len(key) > LONG_KEY


def _between(before: str, after: str) -> str:
    (low, low_fraction), (high, high_fraction) = _parse(before), _parse(after)
    if before >= after:
        raise InvalidPosition("The key before must sort below the key after.")
    if low == high:
        return _text(low) + _middle(low_fraction, high_fraction)
    if low + 1 < high or high_fraction:
        return _text(low + 1)
    return _text(low) + _middle(low_fraction, "")


def _middle(low: str, high: str) -> str:
    """The shortest fraction near the middle of two; an empty `low` is 0, an empty `high` is 1."""
    for length in range(1, max(len(low), len(high)) + 2):
        floor = _value(low[:length].ljust(length, "0"))
        ceiling = _value(high[:length].ljust(length, "0")) if high else BASE**length
        if floor + 1 < ceiling:
            # Rounded away from the neighbour that is likely to stay: six rows, not five, share a character.
            return _digits((floor + ceiling + bool(high)) // 2, length).rstrip("0")
    raise InvalidPosition("There is no room between the neighbours.")


def _text(number: int) -> str:
    """a0 is 0, az is 61, b00 is 62; Zz is -1, Z0 is -62, Yzz is -63."""
    rest = number if number >= 0 else -1 - number
    for length in range(1, MOST_DIGITS + 1):
        if rest < BASE**length:
            break
        rest -= BASE**length
    else:
        raise InvalidPosition("There is no number left at this end of the list.")
    if number >= 0:
        return chr(ord("a") + length - 1) + _digits(rest, length)
    return chr(ord("Z") - length + 1) + _digits(BASE**length - 1 - rest, length)


def _parse(key: str) -> tuple[int, str]:
    """The whole number and the fraction of a key."""
    if not (key.isascii() and key.isalnum() and key[0].isalpha()):
        raise InvalidPosition(f"“{key[:30]}” is not a key.")
    negative = key[0] < "a"
    length = ord("Z") - ord(key[0]) + 1 if negative else ord(key[0]) - ord("a") + 1
    digits, fraction = key[1 : 1 + length], key[1 + length :]
    if len(digits) < length or fraction.endswith("0"):
        raise InvalidPosition(f"“{key[:30]}” is not a key.")
    shorter = sum(BASE**number for number in range(1, length))
    number = _value(digits) + shorter
    return (number - 2 * shorter - BASE**length if negative else number), fraction


def _value(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * BASE + VALUES[digit]
    return value


def _digits(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, digit = divmod(value, BASE)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))
