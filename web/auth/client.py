"""HTTP client of Better Auth: sign-up, sign-in, session renewal, and the proxied paths under /api/auth."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any, NamedTuple, Protocol, TypeAlias
from urllib.parse import parse_qsl

from web.auth.endpoints import JSON, Call, InvalidCall
from web.auth.errors import AuthFailed, AuthRejected, AuthUnavailable, SecondFactorRequired

# Keeps httpx from importing its command-line client, and with it rich and Pygments.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
import httpx  # noqa: E402

TIMEOUT_SECONDS = 10
READY_SECONDS = 3
# What the proxy passes on of a request, beside X-Forwarded-For and the body's headers, which it sets itself.
FORWARDED_HEADERS = frozenset(
    (
        *("accept", "accept-language", "authorization", "cookie", "origin", "referer", "user-agent"),
        *("sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user"),
    )
)
# What it relays of a response.
RELAYED_HEADERS = frozenset(
    ("cache-control", "content-type", "location", "retry-after", "set-auth-token", "set-cookie", "x-retry-after")
)
# Characters. Better Auth stores it with each session.
MAX_AGENT = 500
# The path of Better Auth's own API on its server.
BASE_PATH = "/api/auth"
# FAILED_TO_CREATE_USER and similar codes: its database is unavailable, whatever the status says.
DATABASE_FAILED = "FAILED_TO_"
VERIFY_EMAIL = "/verify-email"
# The server before Better Auth, or Better Auth without its database.
UNAVAILABLE = (502, 503, 504)
# The part of an IPv6 address that a provider gives to one customer.
CUSTOMER_BITS = 64
Response: TypeAlias = httpx.Response
Send: TypeAlias = Callable[[], Awaitable[Response]]


@dataclass(frozen=True)
class ClientInfo:
    """The client of a call; Better Auth uses the address for its rate limit.

    `cookies` is what is sent on of `received_cookies`. `page_user` is whose page sends a proxied call.
    `left` is done once the client has closed its connection.
    """

    address: str
    agent: str = ""
    cookies: str = ""
    received_cookies: str = ""
    authorization: str = ""
    page_user: str | None = None
    left: "asyncio.Future[Any] | None" = field(default=None, compare=False, repr=False)

    @property
    def network(self) -> str:
        """The address, but for IPv6 its /64, and for an IPv4 address in the form of IPv6 that address."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(address, IPv6Address):
            return str(address.ipv4_mapped or IPv6Network((int(address), CUSTOMER_BITS), strict=False))
        return str(address)


class AuthAnswer(NamedTuple):
    """What Better Auth answered: its JSON object, and its Set-Cookie headers to relay."""

    body: Mapping[str, Any]
    cookies: list[str]


class NewSession(NamedTuple):
    """A session that Better Auth has just made: whose it is, and its token."""

    user_id: str
    token: str


class CallGuard(Protocol):
    """Stands before the calls: see `web.http.auth_guard`."""

    async def send(self, path: str, fields: Mapping[str, Any], client: ClientInfo, send: Send) -> httpx.Response:
        """The answer of `send`. Raises TooManyAttempts."""


class BetterAuthClient:
    """A client for Better Auth at `url`, an origin or `unix:/path/to/socket`. `origin` is Daybook's public one."""

    def __init__(self, url: str, origin: str, guard: CallGuard) -> None:
        self.origin = origin
        self._guard = guard
        socket = url.removeprefix("unix:") if url.startswith("unix:") else None
        self._client = httpx.AsyncClient(
            base_url="http://better-auth" if socket else url,
            # Loading the CA certificates is slow, and a socket or plain HTTP does not need them.
            transport=httpx.AsyncHTTPTransport(uds=socket, verify=url.startswith("https:")),
            timeout=TIMEOUT_SECONDS,
            # No cookie jar: it would send one user's session with the next user's request.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def sign_up(self, client: ClientInfo, *, name: str, email: str, password: str) -> list[str]:
        """Create an account and sign in. Returns the Set-Cookie headers; raises as `post`."""
        return (await self.post("/sign-up/email", client, name=name, email=email, password=password)).cookies

    async def sign_in(self, client: ClientInfo, *, email: str, password: str) -> list[str]:
        """Returns the Set-Cookie headers of the new session; raises as `post`, and SecondFactorRequired."""
        answer = await self.post("/sign-in/email", client, email=email, password=password)
        if answer.body.get("twoFactorRedirect"):
            raise SecondFactorRequired(answer.cookies)
        return answer.cookies

    async def verify_password(self, client: ClientInfo, password: str) -> None:
        """Whether it is that of the session's user: raises AuthRejected with INVALID_PASSWORD, and as `post`."""
        await self.post("/verify-password", client, password=password)

    async def sign_in_by_passkey(self, client: ClientInfo, credential: Mapping[str, Any]) -> NewSession:
        """For a user who is signed in already: no sign-in for the audit log. Raises as `post`."""
        url, fields = f"{BASE_PATH}/passkey/verify-authentication", {"response": credential}
        response = await self._send("POST", url, self._headers(client), json=fields)
        _require_success(response)
        session = response.json()["session"]
        return NewSession(str(session["userId"]), str(session["token"]))

    async def sign_out(self, client: ClientInfo) -> list[str]:
        """Returns the Set-Cookie headers that clear the cookies; raises as `post`."""
        return (await self.post("/sign-out", client)).cookies

    async def ask_for_reset(self, client: ClientInfo, email: str) -> None:
        """Send the link to choose a new password; the answer does not say if there is such a user. As `post`."""
        await self.post("/request-password-reset", client, email=email)

    async def may_reset(self, client: ClientInfo, token: str) -> bool:
        """Whether the token of such a link still works. Raises AuthUnavailable or AuthFailed."""
        url = f"{BASE_PATH}/reset-password/{token}?callbackURL=%2F"
        response = await self._send("GET", url, self._headers(client))
        return "error=" not in response.headers.get("location", "error=")

    async def reset_password(self, client: ClientInfo, *, token: str, password: str) -> None:
        """Set the password and end all sessions; the token works once. Raises as `post`."""
        await self.post("/reset-password", client, token=token, newPassword=password)

    async def change_name(self, client: ClientInfo, name: str) -> None:
        """Raises as `post`."""
        await self.post("/update-user", client, name=name)

    async def change_password(self, client: ClientInfo, *, current: str, new: str) -> list[str]:
        """End all sessions; returns the Set-Cookie headers of a new one. Raises as `post`."""
        passwords = {"currentPassword": current, "newPassword": new}
        return (await self.post("/change-password", client, **passwords, revokeOtherSessions=True)).cookies

    async def change_email(self, client: ClientInfo, *, email: str, password: str) -> None:
        """Send the first of the links that change the address; the answer does not say if it is taken. As `post`."""
        await self.post("/change-email", client, newEmail=email, password=password)

    async def ask_for_verification(self, client: ClientInfo, email: str) -> None:
        """Send the link that confirms the user's address. Raises as `post`."""
        await self.post("/send-verification-email", client, email=email)

    async def verify_email(self, client: ClientInfo, token: str) -> None:
        """Do what the link of a confirmation is for. Raises as `post`."""
        send = partial(self._send, "GET", f"{BASE_PATH}{VERIFY_EMAIL}?token={token}", self._headers(client))
        _require_success(await self._guard.send(VERIFY_EMAIL, {"token": token}, client, send))

    async def renew(self, client: ClientInfo) -> list[str]:
        """Let Better Auth extend the session; returns its Set-Cookie headers. Raises AuthUnavailable or AuthFailed.

        It needs the whole Cookie header: "remember me" is a cookie of its own.
        """
        response = await self._send("GET", f"{BASE_PATH}/get-session", self._headers(client))
        return _set_cookies(response)

    async def answers(self) -> bool:
        """Whether Better Auth responds to its health check."""
        try:
            response = await self._client.get(f"{BASE_PATH}/ok", timeout=READY_SECONDS)
        except httpx.HTTPError:
            return False
        return response.is_success

    async def forward(self, call: Call, headers: Iterable[tuple[str, str]], client: ClientInfo) -> httpx.Response:
        """Pass on a call with the client's headers. Raises InvalidCall, and as `sign_in` but AuthRejected."""
        passed = [pair for pair in headers if pair[0].lower() in FORWARDED_HEADERS]
        passed.append(("x-forwarded-for", client.address))
        if call.body:
            passed.append(("content-type", JSON))
        path, _, query = call.address.partition("?")
        fields = {**dict(parse_qsl(query)), **json.loads(call.body or b"{}")}
        send = partial(self._send, call.method, BASE_PATH + call.address, passed, content=call.body)
        return await self._guard.send(path, fields, client, send)

    async def post(self, path: str, client: ClientInfo, **fields: Any) -> AuthAnswer:
        """Call an endpoint with these fields. Raises AuthRejected, AuthUnavailable or AuthFailed."""
        send = partial(self._send, "POST", BASE_PATH + path, self._headers(client), json=fields)
        # The guard judges what is sent on: the cookies alone.
        response = await self._guard.send(path, fields, replace(client, authorization=""), send)
        _require_success(response)
        return AuthAnswer(response.json(), _set_cookies(response))

    async def _send(self, method: str, url: str, headers: Sequence[tuple[str, str]], **content: Any) -> httpx.Response:
        try:
            response = await self._client.request(method, url, headers=[*map(_encoded, headers)], **content)
        except httpx.LocalProtocolError as error:
            raise InvalidCall("A header of this request cannot be sent on.") from error
        except httpx.HTTPError as error:
            raise AuthUnavailable(f"{type(error).__name__} from Better Auth") from error
        if response.status_code >= 500:
            unavailable = response.status_code in UNAVAILABLE or code_of(response).startswith(DATABASE_FAILED)
            raise (AuthUnavailable if unavailable else AuthFailed)(f"Better Auth answered {response.status_code}")
        return response

    def _headers(self, client: ClientInfo) -> list[tuple[str, str]]:
        headers = [("origin", self.origin), ("x-forwarded-for", client.address), ("user-agent", client.agent)]
        return [*headers, ("cookie", client.cookies)] if client.cookies else headers


def _require_success(response: httpx.Response) -> None:
    if response.is_success:
        return
    if (code := code_of(response)).startswith(DATABASE_FAILED):
        raise AuthUnavailable(f"Better Auth answered {code}")
    raise AuthRejected(response.status_code, code, _wait_seconds(response))


def _encoded(header: tuple[str, str]) -> tuple[bytes, bytes]:
    """As bytes: httpx accepts only ASCII strings, and cookies may contain other characters.

    Without white space around the value, which is not part of it (RFC 9110, section 5.5) and which h11 refuses.
    """
    name, value = header
    shown = value.strip(" \t")
    return name.encode(), (shown[:MAX_AGENT].rstrip() if name == "user-agent" else shown).encode("latin-1")


def relayed_headers(response: httpx.Response) -> list[tuple[str, str]]:
    """The headers of a response to pass on; each Set-Cookie stays a separate header."""
    relayed = [(name, value) for name, value in response.headers.multi_items() if name.lower() in RELAYED_HEADERS]
    if seconds := _wait_seconds(response):
        relayed.append(("retry-after", str(seconds)))
    return relayed


def with_cookie(response: httpx.Response, cookie: str) -> httpx.Response:
    """The response with one more Set-Cookie header."""
    response.headers = httpx.Headers([*response.headers.multi_items(), ("set-cookie", cookie)])
    return response


def _set_cookies(response: httpx.Response) -> list[str]:
    return response.headers.get_list("set-cookie")


def code_of(response: httpx.Response) -> str:
    """The code of an error of Better Auth; empty where it gives none."""
    try:
        return str(response.json().get("code", ""))
    except (ValueError, AttributeError):
        return ""


def _wait_seconds(response: httpx.Response) -> int:
    text = response.headers.get("x-retry-after", "")
    return int(text) if text.isdigit() else 0
