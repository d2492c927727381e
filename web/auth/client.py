"""HTTP client of Better Auth: sign-up, sign-in, session renewal, and the proxied paths under /api/auth."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

# Keeps httpx from importing its command-line client, and with it rich and Pygments.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
import httpx  # noqa: E402

TIMEOUT_SECONDS = 10
READY_SECONDS = 3
# Headers of a single connection (RFC 9110, section 7.6.1), and headers that the proxy sets itself.
HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "content-length",
        "accept-encoding",
        "content-encoding",
        "forwarded",
    )
)


@dataclass(frozen=True)
class ClientInfo:
    """The client that a call is made for; Better Auth uses the address for its rate limit."""

    address: str
    agent: str = ""
    cookies: str = ""


class AuthRejected(Exception):
    """Better Auth rejected the request: status, error code (may be empty), and seconds to wait (0: not given)."""

    def __init__(self, status: int, code: str, wait_seconds: int = 0) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.wait_seconds = status, code, wait_seconds


class AuthUnavailable(Exception):
    """Better Auth does not answer, or answers with a 5xx or a database error."""


class BetterAuthClient:
    """A client for Better Auth at `url`, an origin or `unix:/path/to/socket`. `origin` is Daybook's public one."""

    def __init__(self, url: str, origin: str) -> None:
        self.origin = origin
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
        """Create an account and sign in. Returns the Set-Cookie headers; raises AuthRejected or AuthUnavailable."""
        return await self._post("/sign-up/email", client, {"name": name, "email": email, "password": password})

    async def sign_in(self, client: ClientInfo, *, email: str, password: str) -> list[str]:
        """Returns the Set-Cookie headers of the new session; raises AuthRejected or AuthUnavailable."""
        return await self._post("/sign-in/email", client, {"email": email, "password": password})

    async def sign_out(self, client: ClientInfo) -> list[str]:
        """Returns the Set-Cookie headers that clear the cookies; raises AuthRejected or AuthUnavailable."""
        return await self._post("/sign-out", client, {})

    async def renew(self, client: ClientInfo) -> list[str]:
        """Let Better Auth extend the session; returns its Set-Cookie headers. Raises AuthUnavailable.

        It needs the whole Cookie header: "remember me" is a cookie of its own.
        """
        response = await self._send("GET", "/api/auth/get-session", self._headers(client))
        return _set_cookies(response)

    async def answers(self) -> bool:
        """Whether Better Auth responds to its health check."""
        try:
            response = await self._client.get("/api/auth/ok", timeout=READY_SECONDS)
        except httpx.HTTPError:
            return False
        return response.is_success

    async def forward(
        self, method: str, path_and_query: str, headers: Sequence[tuple[str, str]], body: bytes, client: ClientInfo
    ) -> httpx.Response:
        """Pass on a request, without the headers that only a proxy may set. Raises AuthUnavailable."""
        passed = [pair for pair in headers if _may_pass(pair[0])]
        passed.append(("x-forwarded-for", client.address))
        return await self._send(method, path_and_query, passed, content=body)

    async def _post(self, path: str, client: ClientInfo, fields: Mapping[str, str]) -> list[str]:
        response = await self._send("POST", f"/api/auth{path}", self._headers(client), json=fields)
        if response.is_success:
            return _set_cookies(response)
        # FAILED_TO_CREATE_USER and similar: its database is unavailable, whatever the status says.
        if (code := _code(response)).startswith("FAILED_TO_"):
            raise AuthUnavailable(f"Better Auth answered {code}")
        raise AuthRejected(response.status_code, code, _wait_seconds(response))

    async def _send(self, method: str, url: str, headers: Sequence[tuple[str, str]], **content: Any) -> httpx.Response:
        # As bytes: httpx accepts only ASCII strings, and cookies may contain other characters.
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        try:
            response = await self._client.request(method, url, headers=encoded, **content)
        except httpx.HTTPError as error:
            raise AuthUnavailable(f"{type(error).__name__} from Better Auth") from error
        if response.status_code >= 500:
            raise AuthUnavailable(f"Better Auth answered {response.status_code}")
        return response

    def _headers(self, client: ClientInfo) -> list[tuple[str, str]]:
        headers = [("origin", self.origin), ("x-forwarded-for", client.address), ("user-agent", client.agent)]
        return [*headers, ("cookie", client.cookies)] if client.cookies else headers


def _may_pass(name: str) -> bool:
    name = name.lower()
    return name not in HOP_BY_HOP and not name.startswith(("x-forwarded-", "x-real-ip", "cf-connecting-ip"))


def relayed_headers(response: httpx.Response) -> list[tuple[str, str]]:
    """The headers of a response without hop-by-hop ones; each Set-Cookie stays a separate header."""
    return [(name, value) for name, value in response.headers.multi_items() if name.lower() not in HOP_BY_HOP]


def _set_cookies(response: httpx.Response) -> list[str]:
    return response.headers.get_list("set-cookie")


def _code(response: httpx.Response) -> str:
    try:
        return str(response.json().get("code", ""))
    except (ValueError, AttributeError):
        return ""


def _wait_seconds(response: httpx.Response) -> int:
    text = response.headers.get("x-retry-after", "")
    return int(text) if text.isdigit() else 0
