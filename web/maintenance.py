"""The commands that maintain a database: `daybook purge`, `reindex`, `backup` and `restore`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.command_errors import reports_errors

if TYPE_CHECKING:
    from web.settings import Settings


def settings_of_environment() -> "Settings":
    from web.settings import Settings

    return Settings.from_environment(os.environ)


@click.command()
@reports_errors
def purge() -> None:
    """Permanently remove what was deleted more than 30 days ago.

    Accounts are removed two weeks after their user asked. Run it once a day.
    """
    from web.db.database import Database
    from web.models import import_all

    # Purging needs every noun's model; what is below refers to their tables.
    import_all()
    from web.auth.guess_limit import forget_old as forget_guesses
    from web.domain.timestamps import utc_now
    from web.schema.reindex import complete_search
    from web.schema.revision import require_head
    from web.services.audit import forget_old as forget_entries
    from web.services.closing import delete_due
    from web.services.purging import purge as purge_records
    from web.services.stored_answers import forget_old
    from web.services.webhook_queue import forget_old as forget_deliveries

    settings = settings_of_environment()
    require_head(settings.database_url)
    database = Database(settings.database_url)
    with database.transaction() as session:
        count = purge_records(session)
        forget_old(session)
        forget_deliveries(session.connection())
        forget_entries(session.connection(), utc_now())
        forget_guesses(session.connection(), utc_now())
        accounts = delete_due(session.connection(), utc_now())
    complete_search(database)
    database.forget_removed()
    click.echo(f"Removed {count} deleted {'record' if count == 1 else 'records'}.")
    if accounts:
        click.echo(f"Removed {accounts} {'account' if accounts == 1 else 'accounts'} for good.")


@click.command()
@reports_errors
def reindex() -> None:
    """Make every task findable by its present words.

    Needed after changes by hand-written SQL, or with a newer Python. Daybook and `daybook migrate` keep this up to
    date; only other programs do not.
    """
    from web.db.database import Database
    from web.schema.reindex import reindex as fold_again
    from web.schema.revision import require_head

    settings = settings_of_environment()
    require_head(settings.database_url)
    count = fold_again(Database(settings.database_url))
    click.echo(f"Updated {count} {'task' if count == 1 else 'tasks'}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@reports_errors
def backup(file: Path, force: bool) -> None:
    """Back up the SQLite database to FILE while it is in use. The backup is complete and verified, or there is none.

    Copying the database file by hand loses changes that are still in SQLite's WAL. FILE contains password hashes:
    keep it safe.
    """
    from web.database_url import without_password
    from web.schema.backup import back_up

    settings = settings_of_environment()
    back_up(settings.database_url, file, force=force)
    click.echo(f"{file} is a backup of {without_password(settings.database_url)}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@reports_errors
def restore(file: Path) -> None:
    """Replace the SQLite database by a backup.

    FILE, made with `daybook backup`, is verified first, and the previous database is renamed. Refused while the
    database is in use: stop `daybook serve` first.
    """
    from web.database_url import without_password
    from web.schema.backup import restore as restore_database

    settings = settings_of_environment()
    previous = restore_database(settings.database_url, file)
    click.echo(
        f"Restored {without_password(settings.database_url)} from {file}. Run `daybook migrate` if the code is newer."
    )
    if previous:
        click.echo(f"The previous database is now {previous}.")


MAINTENANCE = (purge, reindex, backup, restore)
