"""The command line: `daybook run`, `serve`, `migrate`, `seed` and the other commands, with those of `web.client`."""

import gc
import os
import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from web.client.commands import COMMANDS as CLIENT
from web.command_errors import WholeNumber, reports_errors
from web.explain import explain
from web.maintenance import MAINTENANCE, settings_of_environment
from web.operators import OPERATORS
from web.transfers import TRANSFERS

if TYPE_CHECKING:
    from web.db.database import Database
    from web.settings import Settings

# What `daybook doctor` examines by default: the metadata that Alembic uses, and the package whose models belong in it.
DOCTOR_MODULES = ("web.schema.migrate", "web.models")
# Exit code of `migrate --check` when there are pending changes, as in auth/migrate.mjs.
CHANGES_PENDING = 3
LOCAL_HOSTS = (None, "", "localhost", "127.0.0.1", "::1")


class Commands(click.Group):
    """Lists the commands for people's tasks apart from those of a server."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = (*CLIENT, *TRANSFERS)
        server = [self.commands[name] for name in self.list_commands(ctx) if self.commands[name] not in own]
        room = formatter.width - max(map(len, self.commands)) - 6
        for heading, commands in (("Your tasks, on any Daybook", own), ("A server of your own", server)):
            with formatter.section(heading):
                formatter.write_dl([(command.name or "", command.get_short_help_str(room)) for command in commands])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Daybook: tasks in the browser, rendered on the server.

    The README and .env.example list the environment variables of a server; docs/cli.md has examples for your tasks.
    """


@main.command()
@reports_errors
def run() -> None:
    """Try Daybook with a demo user.

    Creates a secret and a key, migrates, adds the demo user to an empty database, and serves. `make run` calls this.
    In production run `daybook migrate` and `daybook serve`, which add no users.
    """
    from web.schema.migrate import migrate
    from web.server.logging import set_up_logging
    from web.server.serve import (
        cookie_prefix_of_port,
        exit_on_signal,
        load_or_create_secret,
        load_or_create_vapid_key,
        serve,
    )

    with exit_on_signal():
        for name, load_or_create in (
            ("BETTER_AUTH_SECRET", load_or_create_secret),
            ("VAPID_PRIVATE_KEY", load_or_create_vapid_key),
        ):
            os.environ[name] = os.environ.get(name) or load_or_create()
        settings = settings_of_environment()
        settings = replace(settings, cookie_prefix=cookie_prefix_of_port(settings))
        set_up_logging(settings.log_level, settings.log_format, settings.log_addresses)
        migrate(settings)
        serve(settings, _greeting(settings, _with_demo_user(settings)))


@main.command()
@reports_errors
def serve() -> None:
    """Serve a migrated database. Starts Better Auth too, unless BETTER_AUTH_URL names one."""
    # Imports create next to no garbage, and collecting it takes a sixth of the startup time.
    gc.disable()
    from web.server.logging import set_up_logging
    from web.server.serve import serve as serve_until_stopped

    settings = settings_of_environment()
    set_up_logging(settings.log_level, settings.log_format, settings.log_addresses)
    serve_until_stopped(settings, f"Daybook is at {settings.app_url}")


@main.group(invoke_without_command=True)
@click.option(
    "--check",
    is_flag=True,
    help=f"Change nothing; list the pending changes, with exit code {CHANGES_PENDING} if there are any.",
)
@click.option("--sql", is_flag=True, help="Change nothing; print the pending changes as SQL.")
@click.pass_context
@reports_errors
def migrate(context: click.Context, check: bool, sql: bool) -> None:
    """Migrate the database, or show what is pending.

    Better Auth's tables come first, then Daybook's. Idempotent.

    Concurrent runs wait for each other. After a crash, run it again: it continues with the next revision.
    """
    from web.database_url import without_password
    from web.schema.migrate import migrate as migrate_database
    from web.schema.plan import pending, planned_sql

    if context.invoked_subcommand:
        return
    settings = settings_of_environment()
    database = without_password(settings.direct_database_url)
    if sql:
        click.echo(planned_sql(settings) or f"-- {database} is up to date.")
    elif check:
        steps = pending(settings)
        click.echo("\n".join(steps) or f"{database} is up to date.")
        context.exit(CHANGES_PENDING if steps else 0)
    else:
        migrate_database(settings)
        click.echo(f"{database} is up to date.")


@migrate.command()
@click.option("--to", default="-1", show_default=True, help="The target: a revision, `base`, or a number of steps.")
@click.option("--force", is_flag=True, help="Run even if the database may belong to real users.")
@reports_errors
def down(to: str, force: bool) -> None:
    """Downgrade Daybook's tables, for development. Data in dropped columns is lost; Better Auth's tables stay."""
    from web.database_url import without_password
    from web.schema.migrate import downgrade

    settings = settings_of_environment()
    if not force and _looks_like_production(settings):
        raise click.ClickException(
            f"{without_password(settings.direct_database_url)} may belong to real users; --force downgrades it anyway."
        )
    revision = downgrade(settings.direct_database_url, to)
    click.echo(f"{without_password(settings.direct_database_url)} is at revision {revision or 'none'}.")


@main.command()
@click.option("--people", type=WholeNumber(1, 100_000), default=1, show_default=True)
@click.option("--tasks", type=WholeNumber(0, 10_000_000), default=0, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same data.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that dates are relative to, one in 2026 otherwise."
)
@click.option("--plain", is_flag=True, help="Tasks without dates, lists, labels and steps.")
@click.option("--force", is_flag=True, help="Run even if the database may belong to real users.")
@click.option(
    "--remove", "--wipe", is_flag=True, help="Remove all seeded users and their tasks, nothing else. Asks first."
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@reports_errors
def seed(
    people: int,
    tasks: int,
    seed: int,
    today: datetime | None,
    plain: bool,
    force: bool,
    remove: bool,
    yes: bool,
) -> None:
    """Add the demo user, or random users for load.

    They have lists, labels and tasks. Idempotent, also after an interruption.
    """
    from rich.console import Console

    from web.database_url import without_password
    from web.db.database import Database
    from web.schema.revision import require_head
    from web.seeds import DEMO_EMAIL, DEMO_PASSWORD, Plan, real_users, seed_demo
    from web.seeds import seed as seed_database

    settings = settings_of_environment()
    require_head(settings.database_url)
    database = Database(settings.database_url)
    if remove:
        _remove_seeds(database, without_password(settings.database_url), yes)
        return
    with database.reading() as session:
        if not force and (_looks_like_production(settings) or real_users(session)):
            raise click.ClickException(
                f"{without_password(settings.database_url)} may belong to real users; --force adds sample data anyway."
            )
    if people == 1 and not tasks:
        seed_demo(database, Console(stderr=True))
    else:
        plan = Plan(people, tasks, seed, plain)
        plan = replace(plan, today=today.date()) if today else plan
        seed_database(database, plan, Console(stderr=True))
        click.echo(f"The database has {people} sample users and {tasks} tasks.")
    click.echo(f"Sign in as {DEMO_EMAIL} with {DEMO_PASSWORD}.")


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--database", is_flag=True)
def doctor(arguments: tuple[str, ...], database: bool) -> None:
    """Find mistakes in models, Daybook's or those of any MODULE.

    It is model-doctor, with --database for DATABASE_URL.
    """
    from model_doctor.cli import main as model_doctor

    from web.database_url import canonical
    from web.settings import SettingsError

    try:
        url = canonical(settings_of_environment().direct_database_url) if database else ""
    except SettingsError as problem:
        raise click.UsageError(str(problem)) from problem
    sys.exit(model_doctor([*arguments, *(["--database", url] if url else [])], modules=DOCTOR_MODULES))


for command in (explain, *MAINTENANCE, *OPERATORS, *TRANSFERS, *CLIENT):
    main.add_command(command)


def _looks_like_production(settings: "Settings") -> bool:
    return settings.secure or settings.database_url.host not in LOCAL_HOSTS


def _remove_seeds(database: "Database", url: str, yes: bool) -> None:
    from rich.console import Console

    from web.seeds import remove_seeds, seeded_users, tasks_of

    with database.reading() as session:
        users = seeded_users(session)
        what = f"{len(users)} sample users and their {tasks_of(session, users)} tasks"
    if not yes:
        click.confirm(f"Remove {what} from {url}?", abort=True)
    remove_seeds(database, users, Console(stderr=True))
    click.echo(f"Removed {what}.")


def _with_demo_user(settings: "Settings") -> bool:
    """Add the demo user to a database without users, unless others could sign in as it; whether it exists now."""
    from rich.console import Console

    from web.db.database import Database
    from web.seeds import has_demo_user, is_empty, seed_demo
    from web.server.exposure import is_local

    database = Database(settings.database_url)
    try:
        with database.reading() as session:
            if is_local(settings) and is_empty(session):
                seed_demo(database, Console(stderr=True))
            return has_demo_user(session)
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
