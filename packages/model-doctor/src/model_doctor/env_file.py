"""Reads the variables of an .env file."""

from pathlib import Path


def read_env_file(file: Path) -> dict[str, str]:
    """`NAME=value` lines; `export`, comments and quotes are understood, `$OTHER` is not. Raises OSError."""
    found: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and name.strip() and not name.startswith("#"):
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    for quote in ("'", '"'):
        if len(value) > 1 and value.startswith(quote):
            within, closed, _ = value[1:].partition(quote)
            return within if closed else value
    return value.partition(" #")[0].rstrip()
