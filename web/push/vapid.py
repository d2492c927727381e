"""The key pair that signs messages to push services, from its private half in the settings.

`cryptography` is imported where a page first shows the public key, not when Daybook starts.
"""

from functools import cache
from typing import Any

from web.domain.push_endpoints import base64url, decoded_base64url


@cache
def public_key(private_key: str) -> str:
    """The public half as browsers take it (`applicationServerKey`): an uncompressed point, as base64url.

    Empty without a private key: then no browser can subscribe.
    """
    if not private_key:
        return ""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return base64url(_key(private_key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


@cache
def pem(private_key: str) -> tuple[bytes, bytes]:
    """Both halves as PEM, the private one first."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = _key(private_key)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _key(private_key: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.derive_private_key(int.from_bytes(decoded_base64url(private_key)), ec.SECP256R1())
