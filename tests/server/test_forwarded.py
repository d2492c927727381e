"""Addresses that a proxy forwards: the log names FORWARDED_ALLOW_IPS where it is missing, or of no use."""

import subprocess
from collections.abc import Callable

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.better_auth import better_auth_process, http_client
from tests.server.command import free_port, running
from tests.server.conftest import MigratedEnvironment

any_database = pytest.mark.databases("sqlite")


@pytest.fixture
def log_of(migrated_environment: MigratedEnvironment) -> Callable[..., str]:
    """Sends a page request with these headers twice to a new `daybook serve`; what it printed until its end."""

    def printed(header: str | None, **settings: str) -> str:
        env = migrated_environment(PORT=str(free_port()), **settings)
        with running("serve", env) as process:
            for _ in range(2):
                headers = {"x-forwarded-for": header} if header else {}
                httpx.get(f"http://127.0.0.1:{env['PORT']}/sign-in", headers=headers, timeout=PATIENCE_SECONDS)
            return ended(process)

    return printed


def ended(process: subprocess.Popen[str]) -> str:
    process.terminate()
    process.wait(PATIENCE_SECONDS)
    assert process.stdout
    return process.stdout.read()


@pytest.mark.parametrize("settings", [{}, {"FORWARDED_ALLOW_IPS": "192.0.2.1"}])
def test_a_proxy_that_is_not_named_is_reported_once(log_of: Callable[..., str], settings: dict[str, str]) -> None:
    assert log_of("203.0.113.7", **settings).count("A request from 127.0.0.1 came with X-Forwarded-For") == 1


@pytest.mark.parametrize(
    ("header", "settings"),
    [
        (None, {}),
        ("203.0.113.7", {"FORWARDED_ALLOW_IPS": "127.0.0.1"}),
        ("203.0.113.7:4711", {"FORWARDED_ALLOW_IPS": "127.0.0.0/8"}),
        ("6.6.6.6, 203.0.113.7", {"FORWARDED_ALLOW_IPS": "127.0.0.1"}),
    ],
)
def test_nothing_is_reported_where_nothing_is_wrong(
    log_of: Callable[..., str], header: str | None, settings: dict[str, str]
) -> None:
    assert "X-Forwarded-For" not in log_of(header, **settings)


@any_database
@pytest.mark.parametrize("forwarded", [None, "unknown", "203.0.113.7, 10.0.0.1"])
def test_better_auth_names_daybooks_variable(
    better_auth_tables: str, caplog: pytest.LogCaptureFixture, forwarded: str | None
) -> None:
    with better_auth_process(better_auth_tables, rate_limit=True) as process, http_client(process) as client:
        headers = {"x-forwarded-for": forwarded} if forwarded else {}
        client.post("/sign-in/email", json={"email": "ada@example.org", "password": "a wild guess"}, headers=headers)
        wait_until(lambda: "FORWARDED_ALLOW_IPS" in caplog.text)

    assert "advanced." not in caplog.text


@any_database
@pytest.mark.parametrize(
    ("path", "body", "advice"),
    [
        ("/request-password-reset", {"email": "ada@example.org"}, "which needs SMTP_URL"),
        ("/sign-in/social", {"provider": "github"}, "which Daybook does not offer"),
    ],
)
def test_better_auth_advises_no_option_that_daybook_does_not_have(
    better_auth_tables: str, caplog: pytest.LogCaptureFixture, path: str, body: dict[str, str], advice: str
) -> None:
    with better_auth_process(better_auth_tables) as process, http_client(process) as client:
        client.post(path, json=body)
        wait_until(lambda: advice in caplog.text)

    assert "config" not in caplog.text
