"""Which Daybook the commands speak to, and the access token for it.

From DAYBOOK_URL and DAYBOOK_TOKEN, else from the file that `daybook login` writes, which only its owner may read.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from web.client import system_keyring
from web.domain.errors import CommandError
from web.domain.hosts import canonical_host, is_loopback

HOW_TO_LOG_IN = "daybook login --url https://daybook.example"
_TOKEN = re.compile(r"[!-~]{1,500}")


class InvalidAddress(CommandError):
    """What was given is no address of a Daybook."""

    exit_code = 2


class NoAccount(CommandError):
    """There is no token for the wanted Daybook."""


@dataclass(frozen=True)
class Account:
    """The origin of a Daybook, such as `https://daybook.example`, and an access token of it."""

    url: str
    token: str = field(repr=False)


def account_of(environment: Mapping[str, str]) -> Account:
    """The account that commands use. Raises NoAccount and InvalidAddress.

    A stored token is only sent to the Daybook that it was stored for.
    """
    url, token = (environment.get(name, "").strip() for name in ("DAYBOOK_URL", "DAYBOOK_TOKEN"))
    stored = {} if url and token else _read(account_file(environment))
    url = origin_of(url) if url else stored.get("url", "")
    if token:
        if not url:
            raise NoAccount("DAYBOOK_TOKEN is set, but not which Daybook it is for: set DAYBOOK_URL too.")
        return Account(url, checked_token(token))
    if not stored:
        raise NoAccount(f"Log in first: {HOW_TO_LOG_IN}. Or set DAYBOOK_URL and DAYBOOK_TOKEN.")
    if url != stored["url"]:
        raise NoAccount(f"There is no token for {url}. Log in there: daybook login --url {url}.")
    return Account(url, stored["token"] if "token" in stored else _from_keyring(url))


def origin_of(address: str) -> str:
    """The origin of any address of a Daybook, as pasted from a browser. Raises InvalidAddress."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        host, port = canonical_host(parts.hostname or ""), parts.port
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or parts.username is not None:
        raise InvalidAddress("The address must be written like https://daybook.example.")
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def is_private(origin: str) -> bool:
    """Whether no machine on the way can read what is sent there: encrypted, or on this machine."""
    from urllib.parse import urlsplit

    parts = urlsplit(origin)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def checked_token(token: str) -> str:
    """Raises NoAccount for what can be no token, such as a whole page that was pasted."""
    if not _TOKEN.fullmatch(token):
        raise NoAccount("That is no access token: one is a single word that begins with dbk_.")
    return token


def account_file(environment: Mapping[str, str]) -> Path:
    folder = environment.get("XDG_CONFIG_HOME", "")
    return (Path(folder) if folder.startswith("/") else Path.home() / ".config") / "daybook" / "account.json"


def save(account: Account, file: Path, *, in_keyring: bool = False) -> None:
    """Write the file whole or not at all, with mode 0600. In the keyring, the file has the address alone."""
    stored: dict[str, Any] = {"url": account.url}
    if in_keyring:
        system_keyring.store(account.url, account.token)
    else:
        stored["token"] = account.token
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        written.unlink()
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        json.dump(stored, output)
    written.replace(file)


def forget(file: Path) -> bool:
    """Remove the stored token; returns whether there was one."""
    stored = _read(file)
    if stored and "token" not in stored:
        system_keyring.remove(stored["url"])
    file.unlink(missing_ok=True)
    return bool(stored)


def _read(file: Path) -> dict[str, str]:
    """Empty where there is no file. Raises NoAccount for one that others may read, or that is not ours."""
    try:
        text = file.read_text()
        mode = file.stat().st_mode
        stored = json.loads(text)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        raise NoAccount(f"{file} cannot be read ({problem}). Remove it, and log in again: {HOW_TO_LOG_IN}.") from None
    if os.name == "posix" and mode & 0o077:
        raise NoAccount(f"{file} has a token, and others may read it. Run: chmod 600 {file}")
    if not isinstance(stored, dict) or not all(isinstance(value, str) for value in stored.values()):
        stored = {}
    if "url" not in stored:
        raise NoAccount(f"{file} is not as daybook login writes it. Log in again: {HOW_TO_LOG_IN}.")
    return stored


def _from_keyring(url: str) -> str:
    token = system_keyring.read(url)
    if not token:
        raise NoAccount(f"The keyring has no token for {url}. Log in again: daybook login --url {url}.")
    return token
