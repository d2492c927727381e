"""The command `daybook`."""

import gc
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from web.domain.errors import CommandError
from web.explain import explain

if TYPE_CHECKING:
    from web.db.database import Database
    from web.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])
# What Alembic takes its metadata from, and the package that nothing in may be missing from it.
OURS = ("web.schema.migrate", "web.models")
# As auth/migrate.mjs ends: neither 0 nor an error.
TO_BE_DONE = 3
LOOPBACK = (None, "", "localhost", "127.0.0.1", "::1")


def _reports_errors(command: Command) -> Command:
    """What a user can mend is said in one sentence, with exit code 1; a traceback is for our own faults."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except CommandError as problem:
            raise click.ClickException(str(problem)) from problem

    return run  # type: ignore[return-value]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Daybook: tasks in the browser, rendered on the server.

    What the environment may decide is listed in the README and in .env.example.
    """


@main.command()
@_reports_errors
def run() -> None:
    """Try it: make a secret, migrate, add a demo user to an empty database, and serve.

    What `make run` calls. Production runs `daybook migrate` and `daybook serve`, which add nobody.
    """
    from web.schema.migrate import migrate
    from web.server.logging import set_up_logging
    from web.server.serve import ended_by_signal, kept_secret, serve

    with ended_by_signal():
        os.environ.setdefault("BETTER_AUTH_SECRET", "")
        os.environ["BETTER_AUTH_SECRET"] = os.environ["BETTER_AUTH_SECRET"] or kept_secret()
        settings = _settings()
        set_up_logging(settings.log_level, settings.log_format)
        migrate(settings)
        serve(settings, _greeting(settings, _with_demo_user(settings)))


@main.command()
@_reports_errors
def serve() -> None:
    """Serve a migrated database, with Better Auth beside it unless BETTER_AUTH_URL says where it is."""
    # Nothing of what is imported is garbage, and looking for some takes a sixth of the start.
    gc.disable()
    from web.server.logging import set_up_logging
    from web.server.serve import serve as serve_until_stopped

    settings = _settings()
    set_up_logging(settings.log_level, settings.log_format)
    serve_until_stopped(settings, f"Daybook is at {settings.app_url}")


@main.group(invoke_without_command=True)
@click.option(
    "--check", is_flag=True, help=f"Change nothing; say what is to be done, and end with {TO_BE_DONE} if there is any."
)
@click.option("--sql", is_flag=True, help="Change nothing; print what is to be done as SQL.")
@click.pass_context
@_reports_errors
def migrate(context: click.Context, check: bool, sql: bool) -> None:
    """Bring the database to where the code wants it: Better Auth's tables, then ours. Twice is no news.

    Several at once take turns. What a crash leaves undone, the next one does.
    """
    from web.schema.migrate import migrate as bring_to_head
    from web.schema.plan import pending, planned_sql
    from web.settings import shown

    if context.invoked_subcommand:
        return
    settings = _settings()
    place = shown(settings.direct_database_url)
    if sql:
        click.echo(planned_sql(settings) or f"-- {place} is up to date.")
    elif check:
        steps = pending(settings)
        click.echo("\n".join(steps) or f"{place} is up to date.")
        context.exit(TO_BE_DONE if steps else 0)
    else:
        bring_to_head(settings)
        click.echo(f"{place} is up to date.")


@migrate.command()
@click.option("--to", default="-1", show_default=True, help="A revision, `base`, or a number of steps.")
@click.option("--force", is_flag=True, help="Also where real people may be at work.")
@_reports_errors
def down(to: str, force: bool) -> None:
    """For development: take our migrations back, and what they made with them. Better Auth's stay."""
    from web.schema.migrate import downgrade
    from web.settings import shown

    settings = _settings()
    if not force and _looks_like_production(settings):
        raise click.ClickException(
            f"{shown(settings.direct_database_url)} may hold the tasks of real people; --force goes down all the same."
        )
    revision = downgrade(settings.direct_database_url, to)
    click.echo(f"{shown(settings.direct_database_url)} is at revision {revision or 'none'}.")


@main.command()
@click.option("--people", type=click.IntRange(1, 100_000), default=5, show_default=True)
@click.option("--tasks", type=click.IntRange(0, 10_000_000), default=200, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same data.")
@click.option("--force", is_flag=True, help="Also where real people may be at work.")
@click.option("--remove", "--wipe", is_flag=True, help="Remove all that any seed made, and nothing else. Asks first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_reports_errors
def seed(people: int, tasks: int, seed: int, force: bool, remove: bool, yes: bool) -> None:
    """Add people and tasks to look at. Twice adds nothing more; broken off and run again, it completes."""
    from rich.console import Console

    from web.db.database import Database
    from web.schema.revision import require_head
    from web.seeds import DEMO_EMAIL, DEMO_PASSWORD, Plan, real_users
    from web.seeds import seed as seed_database
    from web.settings import shown

    settings = _settings()
    require_head(settings.database_url)
    database = Database(settings.database_url)
    if remove:
        _remove_seeds(database, shown(settings.database_url), yes)
        return
    with database.reading() as session:
        if not force and (_looks_like_production(settings) or real_users(session)):
            raise click.ClickException(
                f"{shown(settings.database_url)} may hold the tasks of real people; "
                "--force adds the made-up ones all the same."
            )
    seed_database(database, Plan(people, tasks, seed), Console(stderr=True))
    click.echo(f"{people} people and {tasks} tasks are there. Sign in as {DEMO_EMAIL} with {DEMO_PASSWORD}.")


@main.command()
@_reports_errors
def purge() -> None:
    """Remove for good the tasks that were deleted more than 30 days ago; run it once a day."""
    from web.db.database import Database
    from web.schema.reindex import complete_search
    from web.schema.revision import require_head
    from web.services.tasks import purge as remove_for_good

    settings = _settings()
    require_head(settings.database_url)
    database = Database(settings.database_url)
    with database.transaction() as session:
        count = remove_for_good(session)
    complete_search(database)
    click.echo(f"Removed {count} deleted {'task' if count == 1 else 'tasks'}.")


@main.command()
@_reports_errors
def reindex() -> None:
    """Make every task findable by its present words: after changes by hand-written SQL, or with a newer Python.

    Daybook itself and `daybook migrate` keep this up to date; only other programs do not.
    """
    from web.db.database import Database
    from web.schema.reindex import reindex as fold_again
    from web.schema.revision import require_head

    settings = _settings()
    require_head(settings.database_url)
    count = fold_again(Database(settings.database_url))
    click.echo(f"Updated {count} {'task' if count == 1 else 'tasks'}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
@_reports_errors
def backup(file: Path, force: bool) -> None:
    """Copy an SQLite database to FILE while it is in use: whole and checked, or not at all.

    Copying the file by hand loses what is still in SQLite's log. FILE holds password hashes: keep it safe.
    """
    from web.schema.backup import back_up
    from web.settings import shown

    settings = _settings()
    back_up(settings.database_url, file, force=force)
    click.echo(f"{file} is a copy of {shown(settings.database_url)}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@_reports_errors
def restore(file: Path) -> None:
    """Put a copy made by `daybook backup` in the place of the SQLite database, and that one aside.

    FILE is checked first; nothing is done while the database is in use.
    """
    from web.schema.backup import restore as put_back
    from web.settings import shown

    settings = _settings()
    aside = put_back(settings.database_url, file)
    click.echo(f"{shown(settings.database_url)} is as {file} was; run `daybook migrate` if the code is newer.")
    if aside:
        click.echo(f"The one before is {aside}.")


@main.command()
@click.argument("modules", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--database", is_flag=True, help="Compare with the database of DATABASE_URL too.")
def doctor(modules: tuple[str, ...], as_json: bool, database: bool) -> None:
    """Find mistakes in SQLAlchemy models: Daybook's own, or those of any MODULE that can be imported here.

    Exit code 1 on findings, 2 when a module or the database cannot be read. See docs/doctor.md.
    """
    sys.path.insert(0, os.getcwd())
    from model_doctor import examine

    from web.settings import SettingsError

    try:
        url = _settings().direct_database_url if database else None
    except SettingsError as problem:
        raise click.UsageError(str(problem)) from problem
    report = examine(modules or OURS, url)
    click.echo(report.as_json() if as_json else report.as_text())
    sys.exit(report.exit_code)


main.add_command(explain)


def _settings() -> "Settings":
    from web.settings import Settings

    return Settings.from_environment(os.environ)


def _looks_like_production(settings: "Settings") -> bool:
    return settings.secure or settings.database_url.host not in LOOPBACK


def _remove_seeds(database: "Database", place: str, yes: bool) -> None:
    from rich.console import Console

    from web.seeds import remove_seeds, seeded_users, tasks_of

    with database.reading() as session:
        people = seeded_users(session)
        what = f"{len(people)} made-up people and their {tasks_of(session, people)} tasks"
    if not yes:
        click.confirm(f"Remove {what} from {place}?", abort=True)
    remove_seeds(database, people, Console(stderr=True))
    click.echo(f"Removed {what}.")


def _with_demo_user(settings: "Settings") -> bool:
    """Whether the demo user can sign in: made now where the database held nobody."""
    from rich.console import Console

    from web.db.database import Database
    from web.seeds import Plan, demo_person_is_there, is_empty, seed

    database = Database(settings.database_url)
    try:
        with database.reading() as session:
            if is_empty(session):
                seed(database, Plan(), Console(stderr=True))
            return demo_person_is_there(session)
    finally:
        database.close()


def _greeting(settings: "Settings", demo: bool) -> str:
    from web.seeds import DEMO_EMAIL, DEMO_PASSWORD

    lines = ["", f"  Daybook   {settings.app_url}"]
    if demo:
        lines.append(f"  Sign in   {DEMO_EMAIL}  {DEMO_PASSWORD}")
    return "\n".join([*lines, "  Stop      Ctrl-C", ""])


if __name__ == "__main__":
    sys.exit(main())
