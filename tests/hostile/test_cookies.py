"""Session cookies that were altered in any way are no session."""

from base64 import b64encode
from collections.abc import Callable
from random import Random
from urllib.parse import quote, unquote

from tests.factories import SECRET
from tests.hostile.claims import Claim
from tests.hostile.lengths import length
from web.auth.cookie import signed, token_of, values_of

TOKEN = "HZzSL7KBzSZUSxZMNOjHLOFbwGlwl70n"
LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "éÿ\x00\t\u2028"


def replace(value: str, chance: Random) -> str:
    place = chance.randrange(len(value))
    return value[:place] + chance.choice(LETTERS) + value[place + 1 :]


def insert(value: str, chance: Random) -> str:
    place = chance.randrange(len(value) + 1)
    return value[:place] + chance.choice(LETTERS) + value[place:]


def remove(value: str, chance: Random) -> str:
    place, size = chance.randrange(len(value)), chance.randint(1, 8)
    return value[:place] + value[place + size :]


def swap(value: str, chance: Random) -> str:
    first, second = sorted(chance.sample(range(len(value)), 2))
    return value[:first] + value[second] + value[first + 1 : second] + value[first] + value[second + 1 :]


def encode(value: str, chance: Random) -> str:
    """Another spelling of the same: a letter as an escape, or escapes in the other case."""
    place = chance.randrange(len(value))
    return value[:place] + f"%{ord(value[place]):02{chance.choice('xX')}}" + value[place + 1 :]


def decode(value: str, chance: Random) -> str:
    return chance.choice([unquote(value), quote(value), quote(unquote(value), safe=""), f'"{value}"'])


def turn_a_bit_of_the_signature(value: str, chance: Random) -> str:
    """Base64 has spare bits at its end: another text for the same bytes."""
    token, _, signature = unquote(value).rpartition(".")
    place = chance.randrange(len(signature))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return quote(f"{token}.{signature[:place]}{chance.choice(letters)}{signature[place + 1 :]}", safe="!'()*")


def sign_with_another_secret(value: str, chance: Random) -> str:
    return signed(TOKEN, chance.choice(["", SECRET[:-1], SECRET.upper(), SECRET + " ", str(chance.random())]))


def sign_another_token(value: str, chance: Random) -> str:
    """With the signature of ours."""
    forged = b64encode(chance.randbytes(24)).decode()
    return quote(f"{forged}.{unquote(value).rpartition('.')[2]}", safe="!'()*")


ALTERATIONS: list[Callable[[str, Random], str]] = [
    *(replace, insert, remove, swap, encode, decode),
    *(turn_a_bit_of_the_signature, sign_with_another_secret, sign_another_token),
]


def test_no_altered_cookie_is_a_session(claim: Claim) -> None:
    chance, good, count = Random(12), signed(TOKEN, SECRET), length(100_000, 1_000_000)

    altered = (chance.choice(ALTERATIONS)(good, chance) for _ in range(count))
    accepted = [value for value in altered if value != good and token_of([value], SECRET)]

    assert accepted == []
    assert token_of([good], SECRET) == TOKEN
    claim("altered session cookies", count, "0 accepted")


def test_two_session_cookies_are_none() -> None:
    good = signed(TOKEN, SECRET)
    headers = [f"s={good}; s={good}", f"s={good}; a=b; s=", f"s=; s={good}", f"a=s={good}; b", f" s ={good}", "s"]

    assert [token_of(values_of("s", header), SECRET) for header in headers] == [None] * len(headers)
    assert token_of(values_of("s", f"a=b; s={good};"), SECRET) == TOKEN
