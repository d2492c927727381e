"""Better Auth's password hashes, for people that seed data makes."""

import hashlib
import unicodedata

# Better Auth's own figures (better-auth/dist/crypto/password): scrypt, key of 64 bytes, salt as its hex text.
COST, BLOCK, PARALLEL, KEY_BYTES = 16384, 16, 1, 64


def hashed(password: str, salt: bytes) -> str:
    """`salt:key` in hex, as in `accounts.password`. About 0.1 s. `salt` has 16 bytes."""
    text = unicodedata.normalize("NFKC", password).encode()
    key = hashlib.scrypt(
        text,
        salt=salt.hex().encode(),
        n=COST,
        r=BLOCK,
        p=PARALLEL,
        dklen=KEY_BYTES,
        maxmem=2 * 128 * COST * BLOCK,
    )
    return f"{salt.hex()}:{key.hex()}"
