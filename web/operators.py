"""The commands of an operator about accounts: `daybook users`, `daybook audit` and `daybook password`."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from web.command_errors import WholeNumber, reports_errors
from web.domain.text import shown_line
from web.maintenance import settings_of_environment

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from web.db.database import Database

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")


@click.group()
def users() -> None:
    """List users, and change, disable or delete their accounts."""


@users.command("list")
@AS_JSON
@reports_errors
def list_users(as_json: bool) -> None:
    """Every user: email, state, sessions, since when."""
    from web.services.closing import all_accounts

    with _opened() as database, database.reading() as session:
        rows = [account.shown() for account in all_accounts(session.connection())]
    _print(rows, as_json)


@users.command("end-sessions")
@click.argument("email")
@reports_errors
def end_sessions(email: str) -> None:
    """Sign EMAIL out of every browser. Access tokens stay."""
    from web.services.closing import end_sessions as end_all

    _change(email, "sessions-ended-by-operator", end_all)
    click.echo(f"{email} is signed out everywhere.")


@users.command()
@click.argument("email")
@reports_errors
def disable(email: str) -> None:
    """Keep EMAIL from signing in.

    Tokens and calendar addresses stop too. Nothing is deleted.
    """
    from web.services.closing import disable as disable_account

    _change(email, "disabled", disable_account)
    click.echo(f"{email} is disabled; `daybook users enable {email}` takes that back.")


@users.command()
@click.argument("email")
@reports_errors
def enable(email: str) -> None:
    """Let EMAIL sign in again."""
    from web.services.closing import enable as enable_account

    _change(email, "enabled", enable_account)
    click.echo(f"{email} is enabled.")


@users.command("change-email")
@click.argument("email")
@click.argument("new")
@reports_errors
def change_email(email: str, new: str) -> None:
    """Let EMAIL sign in as NEW from now on.

    For a user who lost the old address. NEW is not confirmed by that: its user follows a link, or `confirm-email`
    does it. Both addresses get a message.
    """
    from web.services.account_repairs import change_email as change

    _repair(email, lambda connection, user_id: change(connection, user_id, new))
    click.echo(f"{email} is {new.strip().lower()} now.")


@users.command("confirm-email")
@click.argument("email")
@reports_errors
def confirm_email(email: str) -> None:
    """Confirm EMAIL, as the link in the message does."""
    from web.services.account_repairs import confirm_email as confirm

    _repair(email, confirm)
    click.echo(f"{email} is confirmed.")


@users.command("turn-off-two-factor")
@click.argument("email")
@reports_errors
def turn_off_two_factor(email: str) -> None:
    """Let EMAIL sign in with the password alone.

    For a user who lost the app and the backup codes. Make sure that it is the user who asks: the password alone
    gets in then. Passkeys stay.
    """
    from web.services.account_repairs import turn_off_two_factor as turn_off

    _repair(email, turn_off)
    click.echo(f"{email} signs in with the password alone now.")


@users.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@reports_errors
def delete(email: str, yes: bool) -> None:
    """Delete the account of EMAIL, now and for good.

    With everything in it. Asks first.
    """
    from web.schema.reindex import complete_search
    from web.services.closing import delete_user, user_with

    with _opened() as database:
        with database.reading() as session:
            user_id = user_with(session.connection(), email)
        if not yes:
            click.confirm(f"Delete the account of {email} and everything in it for good?", abort=True)
        with database.transaction() as session:
            delete_user(session.connection(), user_id)
        complete_search(database)
        database.forget_removed()
    click.echo(f"{email} is deleted.")


@click.command()
@click.option("--user", "email", metavar="EMAIL", help="Of one user only.")
@click.option("--most", type=WholeNumber(1, 100_000), default=100, show_default=True, help="How many entries.")
@AS_JSON
@reports_errors
def audit(email: str | None, most: int, as_json: bool) -> None:
    """List sign-ins, wrong passwords and changes of accounts.

    Of the last 90 days, newest first; wrong codes too.
    """
    from web.domain.timestamps import iso
    from web.services.audit import latest
    from web.services.closing import user_with

    with _opened() as database, database.reading() as session:
        user_id = user_with(session.connection(), email) if email else None
        entries = latest(session.connection(), most, user_id)
    rows = [{**entry._asdict(), "at": iso(entry.at)} for entry in entries]
    _print(rows, as_json)


@click.command()
@click.argument("email")
@reports_errors
def password(email: str) -> None:
    """Set a new password for the user with this EMAIL.

    Signs them out everywhere. Asks for the password; without a terminal it is the first line of standard input.
    """
    from web.auth.set_password import set_password
    from web.schema.revision import require_head

    settings = settings_of_environment()
    require_head(settings.database_url)
    if sys.stdin.isatty():
        typed = click.prompt("New password", hide_input=True, confirmation_prompt="The same again")
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    set_password(settings, email, typed)
    _change(email, "password-set-by-operator", lambda *_: None)
    click.echo(f"{email} signs in with the new password now.")


@contextmanager
def _opened() -> Iterator["Database"]:
    from web.db.database import Database
    from web.models import import_all
    from web.schema.revision import require_head

    # What is below refers to the tables of every noun.
    import_all()
    settings = settings_of_environment()
    require_head(settings.database_url)
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.close()


def _change(email: str, kind: str, change: Callable[["Connection", str], object]) -> None:
    """Raises NoSuchUser."""
    from web.domain.timestamps import utc_now
    from web.services.audit import note

    def noted(connection: "Connection", user_id: str) -> None:
        change(connection, user_id)
        note(connection, user_id, kind, utc_now())

    _repair(email, noted)


def _repair(email: str, change: Callable[["Connection", str], object]) -> None:
    """In one transaction. Raises NoSuchUser."""
    from web.services.closing import user_with

    with _opened() as database, database.transaction() as session:
        change(session.connection(), user_with(session.connection(), email))


def _print(rows: Iterable[Mapping[str, Any]], as_json: bool) -> None:
    """A line for each, with tabs between the values, or JSON."""
    for row in rows:
        texts = (shown_line("-" if value is None else f"{value}") for value in row.values())
        click.echo(json.dumps(row) if as_json else "\t".join(texts))


OPERATORS = (users, audit, password)
