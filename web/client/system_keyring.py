"""Access tokens in the keyring of the desktop: the optional extra `daybook[keyring]`."""

from collections.abc import Callable
from typing import Any

from web.domain.errors import CommandError

SERVICE = "daybook"


class KeyringUnusable(CommandError):
    """The package keyring is not installed, or the machine has no keyring, as most servers."""


def store(url: str, token: str) -> None:
    """Raises KeyringUnusable, as do the others."""
    _with_keyring(lambda keyring: keyring.set_password(SERVICE, url, token))


def read(url: str) -> str:
    """The token for this Daybook; empty if there is none."""
    return _with_keyring(lambda keyring: keyring.get_password(SERVICE, url)) or ""


def remove(url: str) -> None:
    def remove_stored(keyring: Any) -> None:
        if keyring.get_password(SERVICE, url):
            keyring.delete_password(SERVICE, url)

    _with_keyring(remove_stored)


def _with_keyring(use: Callable[[Any], Any]) -> Any:
    # Loading it takes longer than a request.
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise KeyringUnusable(
            "This needs the extra daybook[keyring]; where Daybook is installed: uv pip install 'keyring>=25.7,<26'."
        ) from None
    try:
        return use(keyring)
    except KeyringError as problem:
        raise KeyringUnusable(f"The keyring cannot be used: {problem}") from problem
