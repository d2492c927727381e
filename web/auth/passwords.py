"""Hashes passwords as Daybook's Better Auth does (auth/passwords.mjs), for seeded users."""

import hashlib
import unicodedata
from base64 import b64encode

# OWASP's minimum for scrypt, with N = 2 ** COST: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
COST, BLOCK, PARALLEL, KEY_BYTES = 17, 8, 1, 64


def hash_password(password: str, salt: bytes, cost: int = COST) -> str:
    """The hash as `accounts.password` stores it, a PHC string. `salt` has 16 bytes. Takes about 0.3 s and 128 MB."""
    text = unicodedata.normalize("NFKC", password).encode()
    key = hashlib.scrypt(text, salt=salt, n=2**cost, r=BLOCK, p=PARALLEL, dklen=KEY_BYTES, maxmem=256 * BLOCK * 2**cost)
    return f"$scrypt$ln={cost},r={BLOCK},p={PARALLEL}${_base64(salt)}${_base64(key)}"


def _base64(data: bytes) -> str:
    """Without padding, as the PHC string format has it."""
    return b64encode(data).decode().rstrip("=")
