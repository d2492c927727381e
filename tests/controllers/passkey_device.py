"""A device with one passkey, made of the formats of WebAuthn alone (https://www.w3.org/TR/webauthn-3/)."""

import json
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import text

from tests.client import ORIGIN
from tests.factories import Factory
from web.models.user import User

PRESENT, VERIFIED = 1, 4
INSERT = text(
    "INSERT INTO passkeys (id, name, public_key, user_id, credential_id, counter, device_type, backed_up, created_at)"
    " VALUES (:id, 'Phone', :key, :user, :id, 0, 'singleDevice', :no, '2026-11-27T10:00:00.000Z')"
)


class Device:
    """Its passkey opens the account of `user`."""

    def __init__(self, make: Factory, user: User) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.id = base64url(f"passkey of {user.id}".encode())
        no = False if make.database.engine.name == "postgresql" else 0
        values = {"id": self.id, "key": b64encode(self._cose_key()).decode(), "user": user.id, "no": no}
        with make.database.transaction() as session:
            session.connection().execute(INSERT, values)

    def answer(self, challenge: str, flags: int = PRESENT | VERIFIED) -> str:
        """What `PublicKeyCredential.toJSON()` gives a script, as JSON."""
        client = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": ORIGIN}).encode()
        host = ORIGIN.removeprefix("http://").encode()
        data = sha256(host).digest() + bytes([flags]) + bytes(4)
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        response = {name: base64url(part) for name, part in parts.items()}
        credential = {"id": self.id, "rawId": self.id, "type": "public-key", "response": response}
        return json.dumps({**credential, "clientExtensionResults": {}})

    def _cose_key(self) -> bytes:
        """The public key as COSE has it (RFC 9053, section 7.1): a CBOR map of five entries."""
        point = self._key.public_key().public_numbers()
        head, x, y = bytes.fromhex("a5010203262001"), point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return head + b"\x21\x58\x20" + x + b"\x22\x58\x20" + y


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
