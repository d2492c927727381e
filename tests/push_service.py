"""A push service and browsers for tests. Decrypts by RFC 8291 itself, without the library that encrypts."""

import json
import struct
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from web.domain.push_endpoints import base64url
from web.domain.timestamps import utc_now

FCM = "https://fcm.googleapis.com/fcm/send/"


@dataclass
class Browser:
    """A browser with a subscription: its address, and the keys that only it has."""

    endpoint: str = field(default_factory=lambda: FCM + uuid4().hex)
    auth: bytes = b"sixteen bytes..."
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def draft(self) -> dict[str, str]:
        """What it tells Daybook."""
        return {"endpoint": self.endpoint, "p256dh": base64url(self.point), "auth": base64url(self.auth)}

    @property
    def stored(self) -> dict[str, Any]:
        """The fields of its record; its session has expired by itself."""
        past = utc_now() - timedelta(days=1)
        return {**self.draft, "device": "Chrome on Android", "session_id": "expired", "session_expires_at": past}

    def decrypted(self, body: bytes) -> Any:
        """The message in one record of aes128gcm (RFC 8188, 2.1; RFC 8291, 3.4)."""
        salt, (size, length) = body[:16], struct.unpack("!LB", body[16:21])
        sender_point, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender_point)
        shared = self.key.exchange(ec.ECDH(), sender)
        secret = _hkdf(shared, self.auth, b"WebPush: info\x00" + self.point + sender_point, 32)
        key = _hkdf(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _hkdf(secret, salt, b"Content-Encoding: nonce\x00", 12)
        plain, delimiter, padding = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\x02")
        assert delimiter and not padding.strip(b"\x00")
        return json.loads(plain)


def _hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class Answer(httpx.SyncByteStream):
    """What a push service says. Its body comes in chunks, without end where `chunks` is endless."""

    def __init__(self, status: int, chunks: Iterable[bytes] = (), **headers: str) -> None:
        self.status, self.chunks, self.headers = status, chunks, headers
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self.chunks

    def close(self) -> None:
        self.is_closed = True


class PushService:
    """Takes every message, unless it is told another answer for an endpoint."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: dict[str, Answer | Exception] = {}
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.get(str(request.url)) or Answer(201)
        if isinstance(answer, Exception):
            raise answer
        headers = {name.replace("_", "-"): value for name, value in answer.headers.items()}
        return httpx.Response(answer.status, headers=headers, stream=answer)

    def received(self, browser: Browser) -> list[Any]:
        """The notifications that this browser can read."""
        own = [request for request in self.requests if str(request.url) == browser.endpoint]
        return [browser.decrypted(request.content)["notification"] for request in own]


def claims_of(request: httpx.Request) -> Mapping[str, Any]:
    """What the sender's signature says, unverified."""
    token = request.headers["authorization"].partition("t=")[2].partition(",")[0]
    payload = token.split(".")[1]
    claims: Mapping[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims
