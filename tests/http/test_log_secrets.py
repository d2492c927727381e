"""What the log may not hold: secrets in addresses, and more of a client's address than LOG_ADDRESSES says."""

import asyncio
import logging
from typing import Any

import pytest

from web.domain.log_context import addresses
from web.http.middleware.forwarded import ForwardedCheck
from web.http.request import shown_path

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize(
    "before", ["/feeds/", "/reset-password/", "/confirm-email/", "/unsubscribe/", "/api/auth/reset-password/"]
)
def test_a_path_that_is_a_secret_is_cut(before: str) -> None:
    assert shown_path({"path": f"{before}secret"}) == f"{before}…"


@pytest.mark.parametrize(("policy", "shown"), [("full", "192.0.2.7"), ("network", "192.0.2.0/24"), ("none", "-")])
def test_the_warning_about_a_proxy_keeps_to_the_policy(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, policy: str, shown: str
) -> None:
    monkeypatch.setattr(addresses, "kept", policy)
    scope = {"type": "http", "client": ("192.0.2.7", 1), "headers": [(b"x-forwarded-for", b"203.0.113.9")]}

    async def app(*_: Any) -> None: ...

    with caplog.at_level(logging.WARNING, "daybook.requests"):
        asyncio.run(ForwardedCheck(app)(scope, app, app))  # type: ignore[arg-type]

    assert f"A request from {shown} came with" in caplog.text
