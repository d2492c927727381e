"""What `make check` asks of migrations, on both databases: do they make what the models say, and are they safe?

`python -m tests.schema.checking` prints what is wrong, and ends with 1 if anything is.
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.util import CommandError as AlembicError
from sqlalchemy import URL, make_url

from testkit import NotAvailable
from testkit.postgres import fresh_database, running_postgres
from tests.conftest import settings_for
from web.database_url import normalised
from web.schema.drift import differences
from web.schema.locks import migrating, migration_engine
from web.schema.migrate import configuration, migrate
from web.schema.plan import sql_of
from web.settings import ROOT

# It made an empty table, and has landed: what squawk says of it is true and changes nothing.
NOT_LINTED = ("0001",)


def main() -> int:
    problems = []
    for address in _databases():
        url = normalised(make_url(address))
        problems += [f"{url.get_backend_name()}: {problem}" for problem in _problems(url)]
    print("\n".join(problems), file=sys.stderr) if problems else None
    return 1 if problems else 0


def _problems(url: URL) -> Iterator[str]:
    settings = settings_for(url.render_as_string(hide_password=False))
    if url.get_backend_name() == "postgresql":
        yield from _unsafe_statements(url)
    migrate(settings)
    with migration_engine(url).connect() as connection:
        yield from differences(connection)
    config = configuration()
    config.stdout = io.StringIO()
    with migrating(url) as connection:
        config.attributes["connection"] = connection
        try:
            command.check(config)
        except AlembicError as difference:
            yield str(difference)


def _unsafe_statements(url: URL) -> Iterator[str]:
    """What squawk says of each revision's SQL, as `daybook migrate --sql` prints it."""
    for script in sql_of(url, configuration()).split("\nCOMMIT;"):
        if script.strip() and not any(f"-> {revision}\n" in script for revision in NOT_LINTED):
            squawk = [Path(sys.executable).parent / "squawk", "--config", ROOT / ".squawk.toml"]
            run = subprocess.run(squawk, input=f"{script}\nCOMMIT;", capture_output=True, text=True, check=False)
            if run.returncode:
                yield run.stdout


@contextmanager
def _empty_sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="daybook-check-") as folder:
        yield f"sqlite:///{folder}/check.db"


def _databases() -> Iterator[str]:
    with _empty_sqlite() as address:
        yield address
    try:
        with running_postgres() as server, fresh_database(server) as address:
            yield address
    except NotAvailable as reason:
        print(f"Migrations are checked on SQLite only. {reason}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
