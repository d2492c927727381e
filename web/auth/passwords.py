"""Hashes passwords as Better Auth does, for seeded users."""

import hashlib
import unicodedata

# The parameters of better-auth/dist/crypto/password: scrypt, a key of 64 bytes, the hex text of the salt as salt.
COST, BLOCK, PARALLEL, KEY_BYTES = 16384, 16, 1, 64


def hash_password(password: str, salt: bytes) -> str:
    """The hash as `accounts.password` stores it: `salt:key` in hex. `salt` has 16 bytes. Takes about 0.1 s."""
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
