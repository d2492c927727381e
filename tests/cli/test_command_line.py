"""What every command of the command line has: help in sections, completion, a quick start, tables on a terminal."""

import os
import pty
import subprocess
import sys

import pytest

from tests.cli.conftest import Owner, Terminal
from web.cli import main
from web.client.commands import COMMANDS as OVER_THE_API
from web.settings import ROOT
from web.transfers import TRANSFERS

COMMANDS = (*OVER_THE_API, *TRANSFERS)

SERVER = (
    *("litestar", "sqlalchemy", "sqlmodel", "pydantic", "jinja2", "httpx", "uvicorn", "msgspec", "alembic"),
    *("web.settings", "web.db", "web.models", "web.services", "web.http", "web.controllers", "web.schema"),
)
FOR_TERMINALS = ("rich", "keyring", "mcp")


def test_help_keeps_the_commands_of_a_server_apart(terminal: Terminal) -> None:
    text = terminal.run("--help").stdout
    _, client, server = text.replace("A server of your own:", "Your tasks, on any Daybook:").split(
        "Your tasks, on any Daybook:\n"
    )

    named = [[line.split()[0] for line in part.splitlines() if line.startswith("  ")] for part in (client, server)]
    assert named[0] == [command.name for command in COMMANDS]
    assert named[1] == sorted(set(main.commands) - set(named[0]))
    assert "serve" in named[1]


@pytest.mark.parametrize("path", ["", "migrate", "users"])
def test_every_command_explains_itself_in_one_line(terminal: Terminal, path: str) -> None:
    text = terminal.run(*path.split(), "--help").stdout

    assert "..." not in text.partition("...")[2]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_that_of_click(terminal: Terminal, shell: str) -> None:
    assert f"_DAYBOOK_COMPLETE={shell}_complete" in "\n".join(terminal.lines("completion", shell))


def test_completion_offers_commands_and_choices() -> None:
    assert {"list", "login", "logout"} <= completed("l")
    assert completed("list --status c") == {"completed"}


def completed(typed: str) -> set[str]:
    """As bash asks for it."""
    words = f"daybook {typed}"
    asked = {"_DAYBOOK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", "from web.cli import main; main(prog_name='daybook')"],
        cwd=ROOT, env={**os.environ, **asked}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {line.partition(",")[2] for line in done.stdout.splitlines()}


def test_a_command_for_tasks_loads_no_module_of_a_server(ada: Owner) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "web.cli", "add", "Buy milk"],
        cwd=ROOT, env={**os.environ, **ada.terminal.environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert {"click", "web.client.connection"} <= loaded
    others = (*SERVER, *FOR_TERMINALS)
    assert [name for name in loaded if name in others or name.startswith(tuple(f"{one}." for one in others))] == []


def test_a_terminal_gets_a_table(ada: Owner) -> None:
    ada.terminal.lines("add", typed="Buy [b]milk[/b] 2099-12-02\nBuy tea")

    shown = on_a_terminal(["list"], ada.terminal.environment)

    header, *rows = [line.split() for line in shown.splitlines() if line.strip(" ─")]
    assert header == ["Id", "Title", "Due"]
    assert [row[1:] for row in rows] == [["Buy", "tea"], ["Buy", "[b]milk[/b]", "2099-12-02"]]


def test_a_table_that_is_too_wide_breaks_titles_and_no_dates(ada: Owner) -> None:
    ada.terminal.lines("add", f'{"Buy milk and bread " * 9}2099-12-02 17:00 p1 #+"Errands in the old town" @+market')

    shown = on_a_terminal(["list"], ada.terminal.environment, columns=50)

    assert "2099-12-02 17:00" in shown


def on_a_terminal(arguments: list[str], environment: dict[str, str], columns: int = 80) -> str:
    """What the command writes to a terminal of so many columns, without colours."""
    try:
        ours, theirs = pty.openpty()
    except OSError as problem:
        pytest.skip(f"This machine has no terminals: {problem}.")
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", *arguments],
        cwd=ROOT, env={**os.environ, **environment, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": str(columns)},
        stdout=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        # The other side is closed.
        pass
    finally:
        os.close(ours)
    assert process.wait() == 0
    return shown.decode()
