"""The commands for people's tasks, on any Daybook: `daybook login`, `add`, `list`, `done`, `undo` …"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from web.command_errors import WholeNumber, reports_errors
from web.domain.errors import CommandError
from web.domain.text import shown_line

if TYPE_CHECKING:
    from web.client.connection import Change
    from web.client.tasks import RemoteTasks, Task

DEFAULT_LIMIT = 50
SORTS = ("newest", "oldest", "title", "updated")
SHELLS = ("bash", "zsh", "fish")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON as the API has it, one object a line.")


def _checked_key(context: click.Context, option: click.Parameter, key: str | None) -> str | None:
    """It goes into a header."""
    if key is not None and not re.fullmatch("[!-~]{1,200}", key):
        raise click.BadParameter("a key is up to 200 letters, digits and signs of ASCII, without spaces.")
    return key


@click.command()
@click.option("--url", envvar="DAYBOOK_URL", required=True, help="The address of the Daybook.")
@click.option("--keyring", is_flag=True, help="Keep the token in the keyring; needs the extra daybook[keyring].")
@reports_errors
def login(url: str, keyring: bool) -> None:
    """Log in to a Daybook with an access token of its settings.

    Asks for the token, or reads a line of the standard input, and checks it. It is kept in the folder daybook of
    $XDG_CONFIG_HOME or ~/.config, in a file that only you may read. DAYBOOK_TOKEN and DAYBOOK_URL go before it.
    """
    from web.client.account import Account, account_file, checked_token, is_private, origin_of, save
    from web.client.connection import Connection
    from web.client.tasks import RemoteTasks

    origin = origin_of(url)
    if not is_private(origin):
        click.echo(f"{origin} is not encrypted: others on the way to another machine can read the token.", err=True)
    token = _asked_for_token(origin) if sys.stdin.isatty() else sys.stdin.readline()
    account = Account(origin, checked_token(token.strip()))
    me = RemoteTasks(Connection(account)).me()
    save(account, account_file(os.environ), in_keyring=keyring)
    click.echo(shown_line(f"Logged in to {origin} as {me['email']}, to {me['scope']}."))


@click.command()
@reports_errors
def logout() -> None:
    """Forget the access token. It stays valid until you revoke it under Settings."""
    from web.client.account import account_file, forget

    click.echo("The token is forgotten." if forget(account_file(os.environ)) else "There was no token.")


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--key", callback=_checked_key, help="Add each line once, however often this command runs with this key, for a day."
)
@as_json
@reports_errors
def add(words: tuple[str, ...], key: str | None, as_json: bool) -> None:
    """Add tasks, each by a line as in the browser.

    Such as daybook add "Buy milk tomorrow #Home". Without WORDS each line of the standard input is a task, up to the
    first that is refused. Prints the tasks as daybook list does.
    """
    from web.client.printing import print_task

    remote = _remote()
    for number, line in [(0, " ".join(words))] if words else _typed_lines():
        task = _add(remote, line, f"{key}-{number}" if key else None, f"Line {number}: " if number else "")
        print_task(task, remote, as_json=as_json)


@click.command("list")
@click.option("--status", type=click.Choice(["pending", "completed", "all"]), default="pending", show_default=True)
@click.option("-q", "--q", "q", help="Words that title or description contain; finds steps too.")
@click.option("--list", "in_list", help="The name or number of a list, or inbox.")
@click.option("--label", help="The name or number of a label.")
@click.option("--due", help="overdue, today, upcoming, none, a day, or two days with .. between them.")
@click.option(
    "--sort", type=click.Choice(["newest", "oldest", "title", "updated"]), default="newest", show_default=True
)
@click.option("--limit", type=WholeNumber(1), default=DEFAULT_LIMIT, show_default=True)
@click.option("--all", "everything", is_flag=True, help="However many there are.")
@as_json
@reports_errors
def list_tasks(
    in_list: str | None, label: str | None, limit: int, everything: bool, as_json: bool, **filters: Any
) -> None:
    """List tasks.

    A table on a terminal; in a pipe lines of number, status, title, due, priority, list and labels, with tabs between.
    """
    from web.client.printing import print_tasks

    remote = _remote()
    if in_list is not None:
        filters["list"] = in_list if in_list == "inbox" else remote.id_of("lists", in_list)
    if label is not None:
        filters["label"] = remote.id_of("labels", label)
    found = remote.find(filters, None if everything else limit)
    print_tasks(found.tasks, remote, as_json=as_json)
    if len(found.tasks) < found.total:
        click.echo(f"{len(found.tasks)} of {found.total}. --all lists all of them.", err=True)


@click.command()
@click.argument("task_ids", metavar="NUMBER...", nargs=-1, required=True, type=WholeNumber(1))
@as_json
@reports_errors
def done(task_ids: tuple[int, ...], as_json: bool) -> None:
    """Complete tasks by their numbers.

    daybook list shows the numbers. A repeating task moves to its next date.
    """
    remote = _remote()
    _print_each(task_ids, remote.complete, remote, as_json=as_json)


@click.command()
@click.argument("task_ids", metavar="NUMBER...", nargs=-1, required=True, type=WholeNumber(1))
@as_json
@reports_errors
def reopen(task_ids: tuple[int, ...], as_json: bool) -> None:
    """Reopen completed tasks by their numbers.

    daybook list --status completed shows the numbers.
    """
    remote = _remote()
    _print_each(task_ids, remote.reopen, remote, as_json=as_json)


@click.command()
@as_json
@reports_errors
def undo(as_json: bool) -> None:
    """Take back your latest change.

    It may have been made in the browser. Again, it takes back the one before.
    """
    from web.client.printing import print_json

    undone = _remote().undo()
    if as_json:
        print_json(undone)
        return
    # The nouns are plurals.
    subjects = [f"{one['subject'][:-1]} {one['id']}" for one in undone["records"]]
    what = subjects[0] if len(subjects) == 1 else f"{len(subjects)} records"
    click.echo(f"Took back “{undone['action'] or 'change'}” of {what}.")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script for completion in SHELL.

    \b
    In ~/.bashrc:                   eval "$(daybook completion bash)"
    In ~/.zshrc:                    eval "$(daybook completion zsh)"
    In ~/.config/fish/config.fish:  daybook completion fish | source
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found
    click.echo(found(context.find_root().command, {}, "daybook", "_DAYBOOK_COMPLETE").source())


@click.command()
@reports_errors
def mcp() -> None:
    """Serve your tasks to an assistant, by MCP.

    The assistant starts this command and speaks to it over the standard input and output. It may do what the token
    may. Needs the extra daybook[mcp]. Its configuration is such as:

    \b
    {"mcpServers": {"daybook": {"command": "daybook", "args": ["mcp"]}}}
    """
    try:
        from web.client.mcp_server import server
    except ImportError:
        raise CommandError(
            "This needs the extra daybook[mcp]; where Daybook is installed: uv pip install 'mcp>=2.3,<3'."
        ) from None
    server(_remote()).run("stdio")


COMMANDS = (login, logout, add, list_tasks, done, reopen, undo, completion, mcp)


def _asked_for_token(origin: str) -> str:
    click.echo(f"Make a token at {origin}/settings/tokens, and paste it here. It stays invisible.", err=True)
    return str(click.prompt("Access token", hide_input=True, err=True))


def _remote() -> "RemoteTasks":
    from web.client.account import account_of
    from web.client.connection import Connection
    from web.client.tasks import RemoteTasks

    return RemoteTasks(Connection(account_of(os.environ)))


def _print_each(
    task_ids: tuple[int, ...], change: Callable[[int], "Change"], remote: "RemoteTasks", *, as_json: bool
) -> None:
    """Change one task after another, up to the first that is refused, and print each."""
    from web.client.connection import ApiError
    from web.client.printing import print_task
    from web.client.tasks import NoSuchTask

    for task_id in task_ids:
        try:
            task = change(task_id).body
        except (ApiError, NoSuchTask) as refused:
            raise CommandError(f"Task {task_id}: {refused}") from None
        print_task(task, remote, as_json=as_json)


def _typed_lines() -> Iterator[tuple[int, str]]:
    """The lines of the standard input that have text, with their numbers."""
    if sys.stdin.isatty():
        raise click.UsageError("Write the task, or give lines on the standard input.")
    for number, typed in enumerate(sys.stdin.buffer, start=1):
        # Bytes that are no UTF-8 reach Daybook as such, which refuses them with their line.
        line = typed.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff").strip()
        if line:
            yield number, line


def _add(remote: "RemoteTasks", line: str, key: str | None, place: str) -> "Task":
    """An error begins with the place of the line, and says how to find out about a task that may have been added."""
    from web.client.connection import ApiError, NoAnswer

    try:
        return remote.add(line, key).body
    except ApiError as refused:
        raise ApiError(refused.status, f"{place}{str(refused).removeprefix('line: ')}") from None
    except NoAnswer as problem:
        advice = " It may have been added; with --key from the start, a repeated command adds nothing twice."
        raise CommandError(f"{place}{problem}{advice if problem.may_have_arrived else ''}") from problem
