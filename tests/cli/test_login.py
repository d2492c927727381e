"""`daybook login` and `logout`: where the token comes from, where it is kept, and to whom it is sent."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.conftest import Owner, Terminal
from tests.cli.other_server import OtherServer, given_json
from web.models.access_token import Scope


@pytest.fixture
def newcomer(ada: Owner) -> Owner:
    """Whose terminal has no account yet."""
    for name in ("DAYBOOK_URL", "DAYBOOK_TOKEN"):
        del ada.terminal.environment[name]
    return ada


@pytest.fixture
def account_file(terminal: Terminal) -> Path:
    return Path(terminal.environment["XDG_CONFIG_HOME"]) / "daybook" / "account.json"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[tuple[str, str], str]]:
    """The package of the extra, with a keyring in memory."""
    stored: dict[tuple[str, str], str] = {}
    package, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    package.get_password = lambda *place: stored.get(place)  # type: ignore[attr-defined]
    package.set_password = lambda service, url, token: stored.update({(service, url): token})  # type: ignore[attr-defined]
    package.delete_password = lambda *place: stored.pop(place)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", package)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return stored


def test_a_pasted_token_is_checked_and_kept_for_its_owner_only(newcomer: Owner, account_file: Path) -> None:
    terminal, token = newcomer.terminal, newcomer.token()

    (line,) = terminal.lines("login", "--url", f"{newcomer.site.url}/today", typed=f"  {token}\n")

    assert line == f"Logged in to {newcomer.site.url} as {newcomer.user.email}, to write."
    assert account_file.stat().st_mode & 0o777 == 0o600
    assert json.loads(account_file.read_text()) == {"url": newcomer.site.url, "token": token}
    assert terminal.lines("add", "Buy milk") == terminal.lines("list")


def test_a_token_that_is_refused_is_not_kept(newcomer: Owner, account_file: Path) -> None:
    result = newcomer.terminal.run("login", "--url", newcomer.site.url, typed="dbk_wrong\n")

    assert result.exit_code == 1
    assert "does not accept this access token" in result.stderr
    assert not account_file.exists()


def test_logging_in_again_replaces_the_token(newcomer: Owner) -> None:
    newcomer.terminal.lines("login", "--url", newcomer.site.url, typed=newcomer.token(Scope.READ))
    newcomer.terminal.lines("login", "--url", newcomer.site.url, typed=newcomer.token())

    assert newcomer.terminal.lines("add", "Buy milk")


def test_the_environment_goes_before_the_file(newcomer: Owner) -> None:
    newcomer.terminal.lines("login", "--url", newcomer.site.url, typed=newcomer.token())

    result = newcomer.terminal.run("list", DAYBOOK_TOKEN="dbk_wrong")

    assert "does not accept this access token" in result.stderr


def test_the_file_of_one_daybook_is_not_sent_to_another(newcomer: Owner, other_server: OtherServer) -> None:
    terminal = Terminal({**newcomer.terminal.environment, "DAYBOOK_TOKEN": "", "DAYBOOK_URL": ""})
    terminal.lines("login", "--url", newcomer.site.url, typed=newcomer.token())

    result = terminal.run("list", DAYBOOK_URL=other_server.url)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: There is no token for {other_server.url}.")
    assert other_server.requests == []


def test_a_file_that_others_may_read_is_refused(newcomer: Owner, account_file: Path) -> None:
    newcomer.terminal.lines("login", "--url", newcomer.site.url, typed=newcomer.token())
    account_file.chmod(0o644)

    assert f"chmod 600 {account_file}" in newcomer.terminal.run("list").stderr


@pytest.mark.parametrize("content", ["", "{", "[]", '{"token": "dbk_x"}', '{"url": 5}', "\udce9"])
def test_a_damaged_file_is_one_sentence(terminal: Terminal, account_file: Path, content: str) -> None:
    account_file.parent.mkdir()
    account_file.write_text(content, errors="surrogateescape")
    account_file.chmod(0o600)

    result = terminal.run("list")

    assert result.exit_code == 1
    assert "og in again: daybook login" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_environment_alone_needs_no_file(ada: Owner, account_file: Path) -> None:
    account_file.parent.mkdir()
    account_file.write_text("{")

    assert ada.terminal.lines("list") == []


def test_without_an_account_the_way_to_one_is_said(terminal: Terminal) -> None:
    assert "Log in first: daybook login --url" in terminal.run("list").stderr
    assert "set DAYBOOK_URL too" in terminal.run("list", DAYBOOK_TOKEN="dbk_x").stderr


def test_logout_forgets_the_token(newcomer: Owner, account_file: Path) -> None:
    newcomer.terminal.lines("login", "--url", newcomer.site.url, typed=newcomer.token())

    assert newcomer.terminal.lines("logout") == ["The token is forgotten."]
    assert newcomer.terminal.lines("logout") == ["There was no token."]
    assert not account_file.exists()


def test_a_keyring_keeps_the_token_instead_of_the_file(
    newcomer: Owner, account_file: Path, keyring: dict[tuple[str, str], str]
) -> None:
    token = newcomer.token()

    newcomer.terminal.lines("login", "--keyring", "--url", newcomer.site.url, typed=token)

    assert keyring == {("daybook", newcomer.site.url): token}
    assert json.loads(account_file.read_text()) == {"url": newcomer.site.url}
    assert newcomer.terminal.lines("add", "Buy milk")
    newcomer.terminal.lines("logout")
    assert keyring == {}


def test_a_keyring_that_lost_the_token_is_said(newcomer: Owner, keyring: dict[tuple[str, str], str]) -> None:
    newcomer.terminal.lines("login", "--keyring", "--url", newcomer.site.url, typed=newcomer.token())
    keyring.clear()

    assert "The keyring has no token for" in newcomer.terminal.run("list").stderr


def test_the_keyring_is_an_extra(newcomer: Owner, account_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    result = newcomer.terminal.run("login", "--keyring", "--url", newcomer.site.url, typed=newcomer.token())

    assert result.exit_code == 1
    assert "daybook[keyring]" in result.stderr
    assert not account_file.exists()


@pytest.mark.parametrize(
    "address",
    ["", "daybook.example", "ftp://daybook.example", "https://", "https://a b", "https://x:port", "http://ada:pw@x"],
)
def test_an_address_that_is_none_ends_with_2(terminal: Terminal, address: str) -> None:
    result = terminal.run("login", "--url", address, typed="dbk_x\n")

    assert result.exit_code == 2
    assert "https://daybook.example" in result.stderr


@pytest.mark.parametrize("token", ["", "two words", "dbk_é", "dbk_x\x1b[31m", "x" * 501])
def test_what_can_be_no_token_is_not_sent(terminal: Terminal, other_server: OtherServer, token: str) -> None:
    result = terminal.run("login", "--url", other_server.url, typed=f"{token}\n")

    assert result.exit_code == 1
    assert "That is no access token" in result.stderr
    assert other_server.requests == []


@pytest.mark.parametrize(("host", "is_exposed"), [("daybook.example", True), ("localhost", False)])
def test_an_address_without_tls_is_warned_about(
    terminal: Terminal, other_server: OtherServer, host: str, is_exposed: bool
) -> None:
    """Through a proxy, as the environment names one."""
    other_server.answers = [given_json({"id": "1", "email": "ada@example.com", "scope": "read"})]

    result = terminal.run("login", "--url", f"http://{host}:8000", typed="dbk_x\n", http_proxy=other_server.url)

    assert result.exit_code == 0, result.stderr
    assert ("is not encrypted" in result.stderr) == is_exposed
