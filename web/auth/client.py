"""Calls to Better Auth: for our own pages, for the renewal of a sign-in, and for the proxied paths."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

# httpx has a command of its own, which loads rich and Pygments; where that cannot be imported, httpx does without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
import httpx  # noqa: E402

TIMEOUT_SECONDS = 10
READY_SECONDS = 3
# What belongs to one connection only (RFC 9110, section 7.6.1), or is decided by the proxy itself.
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
    """Whom Better Auth should see behind our call."""

    address: str
    agent: str = ""
    cookies: str = ""


class AuthRejected(Exception):
    """Better Auth said no: its code (may be empty), its status, and how many seconds to wait (0: none given)."""

    def __init__(self, status: int, code: str, wait_seconds: int = 0) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.wait_seconds = status, code, wait_seconds


class AuthUnavailable(Exception):
    """Better Auth does not answer, or answers with a fault of its own."""


class BetterAuthClient:
    """Better Auth at `url`: an origin, or `unix:/path/to/socket`. `origin` is the public one people see."""

    def __init__(self, url: str, origin: str) -> None:
        self.origin = origin
        socket = url.removeprefix("unix:") if url.startswith("unix:") else None
        self._client = httpx.AsyncClient(
            base_url="http://better-auth" if socket else url,
            # Reading the certificates takes longer than all else here; a socket and plain HTTP have none to check.
            transport=httpx.AsyncHTTPTransport(uds=socket, verify=url.startswith("https:")),
            timeout=TIMEOUT_SECONDS,
            # A client that kept cookies would hand one user's session to the next.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def sign_up(self, client: ClientInfo, *, name: str, email: str, password: str) -> list[str]:
        """Make an account and sign in. The Set-Cookie headers to relay; raises AuthRejected or AuthUnavailable."""
        return await self._post("/sign-up/email", client, {"name": name, "email": email, "password": password})

    async def sign_in(self, client: ClientInfo, *, email: str, password: str) -> list[str]:
        """The Set-Cookie headers to relay; raises AuthRejected or AuthUnavailable."""
        return await self._post("/sign-in/email", client, {"email": email, "password": password})

    async def sign_out(self, client: ClientInfo) -> list[str]:
        """The Set-Cookie headers that clear the cookies; raises AuthRejected or AuthUnavailable."""
        return await self._post("/sign-out", client, {})

    async def renew(self, client: ClientInfo) -> list[str]:
        """Let Better Auth renew the sign-in: it needs the whole Cookie header to know whether it may."""
        response = await self._send("GET", "/api/auth/get-session", self._headers(client))
        return _set_cookies(response)

    async def answers(self) -> bool:
        """Whether it is there at all."""
        try:
            response = await self._client.get("/api/auth/ok", timeout=READY_SECONDS)
        except httpx.HTTPError:
            return False
        return response.is_success

    async def forward(
        self, method: str, path_and_query: str, headers: Sequence[tuple[str, str]], body: bytes, client: ClientInfo
    ) -> httpx.Response:
        """A request of any Better Auth client, as it came but for what clients may not say. Raises AuthUnavailable."""
        passed = [pair for pair in headers if _may_pass(pair[0])]
        passed.append(("x-forwarded-for", client.address))
        return await self._send(method, path_and_query, passed, content=body)

    async def _post(self, path: str, client: ClientInfo, fields: Mapping[str, str]) -> list[str]:
        response = await self._send("POST", f"/api/auth{path}", self._headers(client), json=fields)
        if response.is_success:
            return _set_cookies(response)
        # FAILED_TO_CREATE_USER and its kin: its database is away or busy, whatever the status says.
        if (code := _code(response)).startswith("FAILED_TO_"):
            raise AuthUnavailable(f"Better Auth answered {code}")
        raise AuthRejected(response.status_code, code, _wait_seconds(response))

    async def _send(self, method: str, url: str, headers: Sequence[tuple[str, str]], **content: Any) -> httpx.Response:
        # As bytes: httpx would take only ASCII, and other sites' cookies may hold more.
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        try:
            response = await self._client.request(method, url, headers=sent, **content)
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
    """An answer's headers without those of the connection; each Set-Cookie stays a header of its own."""
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
