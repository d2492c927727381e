"""Better Auth processes for tests: starting them, talking to them, and what Node loads before them."""

import socket
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS
from tests.client import ORIGIN
from tests.factories import SECRET
from web.auth.node_scripts import NODE_OPTIONS, BetterAuthOptions
from web.auth.passwords import COST
from web.server.better_auth import BetterAuthProcess

# A hundredth of what production takes for a hash; there is no variable for it, and none is accepted with https.
QUICK = 10


def better_auth_process(database_url: str, **changes: Any) -> BetterAuthProcess:
    options = {"secret": SECRET, "app_url": ORIGIN, "rate_limit": False, **changes}
    options.setdefault("password_cost", QUICK if options["app_url"].startswith("http:") else COST)
    return BetterAuthProcess(BetterAuthOptions(**{"database_url": database_url, **options}))


def http_client(process: BetterAuthProcess) -> httpx.Client:
    transport = httpx.HTTPTransport(uds=socket_path(process))
    return httpx.Client(transport=transport, base_url=f"{ORIGIN}/api/auth", timeout=PATIENCE_SECONDS)


def socket_path(process: BetterAuthProcess) -> str:
    return process.url.removeprefix("unix:")


def sign_up(client: httpx.Client, email: str) -> httpx.Response:
    return client.post("/sign-up/email", json={"name": "Ada", "email": email, "password": "correct horse"})


def run_before_better_auth(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Node runs this JavaScript first, so that it can replace the clock, the timers or the password hash."""
    options = [*NODE_OPTIONS, f"--import=data:text/javascript,{quote(script)}"]
    monkeypatch.setattr("web.auth.node_scripts.NODE_OPTIONS", options)


def answers(process: BetterAuthProcess) -> bool:
    if not listens(process):
        return False
    with http_client(process) as client:
        return client.get("/ok").text == '{"ok":true}'


def listens(process: BetterAuthProcess) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(socket_path(process)) == 0
