"""The text of a personal access token: `dbk_`, 32 random characters and a checksum of six, all of base62.

That of the address of a calendar feed begins with `dbf_`. One double click selects it, scanners of secrets know its
beginning, and a mistyped one is refused without a query.
"""

import secrets
import string
from hashlib import sha256
from zlib import crc32

PREFIX = "dbk_"
FEED_PREFIX = "dbf_"
_ALPHABET = string.digits + string.ascii_letters
_SECRET_LENGTH, _CHECKSUM_LENGTH = 32, 6


def new_token(prefix: str = PREFIX) -> str:
    """A token with 190 random bits."""
    secret = prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    return secret + _checksum(secret)


def is_token(text: str, prefix: str = PREFIX) -> bool:
    """Whether it may be a token: of the right form, with the right checksum."""
    secret = text[:-_CHECKSUM_LENGTH]
    has_form = text.isascii() and text.startswith(prefix) and len(secret) == len(prefix) + _SECRET_LENGTH
    return has_form and text[-_CHECKSUM_LENGTH:] == _checksum(secret)


def digest_of(token: str) -> str:
    """What is stored of a token. Without salt: it is random, and found by this."""
    return sha256(token.encode()).hexdigest()


def _checksum(text: str) -> str:
    number, found = crc32(text.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        found = _ALPHABET[digit] + found
    return found
