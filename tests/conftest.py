"""Real databases for every test: each one on SQLite, and again on PostgreSQL."""

import os
import zoneinfo
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from psycopg2.extensions import set_wait_callback
from sqlalchemy import make_url
from sqlmodel import Session

from testkit import NotAvailable
from testkit.patience import PATIENCE_SECONDS
from testkit.pgbouncer import PgBouncer, running_pgbouncer
from testkit.postgres import fresh_database, running_postgres
from tests.factories import SECRET, Factory
from tests.visitors import ORIGIN, Statements, Visitor
from web.app import create_app
from web.db.database import Database
from web.schema.migrate import BETTER_AUTH_TABLES, migrate
from web.server.better_auth import BetterAuthProcess
from web.services.records import record_models
from web.settings import Settings

# Zones come from the package tzdata, also in processes that tests start: a bare Debian has no data of its own.
os.environ["PYTHONTZPATH"] = ""
zoneinfo.reset_tzpath(to=())


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    try:
        with running_postgres() as url:
            yield url
    except NotAvailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def pooler(postgres: str) -> Iterator[PgBouncer]:
    """A PgBouncer in transaction mode before that server."""
    try:
        with running_pgbouncer(postgres) as pooler:
            yield pooler
    except NotAvailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database that holds nothing yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'daybook.db'}"
    else:
        with fresh_database(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture(scope="session")
def migrated(empty_database: str) -> Settings:
    """Settings for a database at head."""
    settings = settings_for(empty_database)
    migrate(settings)
    return settings


@pytest.fixture
def database(migrated: Settings) -> Iterator[Database]:
    """A migrated database without a row."""
    database = Database(migrated.database_url)
    yield database
    with database.transaction() as session:
        for table in (*(model.__tablename__ for model in record_models()), "events", *reversed(BETTER_AUTH_TABLES)):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    database.close()


@pytest.fixture(autouse=True)
def waits_as_usual() -> Iterator[None]:
    """What an application asks of psycopg2 holds for the whole process, and COPY does not work so."""
    yield
    set_wait_callback(None)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session, rolled back unless the test commits."""
    with database.writing() as session:
        yield session


@pytest.fixture
def make(database: Database) -> Factory:
    return Factory(database)


@pytest.fixture
def statements(database: Database, app: Litestar) -> Statements:
    """What the application asks of the database."""
    return Statements(app.state.database)


@pytest.fixture(scope="session")
def better_auth(migrated: Settings) -> Iterator[BetterAuthProcess]:
    """The real Better Auth on the migrated database."""
    with BetterAuthProcess(
        database_url=migrated.node_database_url(), secret=SECRET, app_url=ORIGIN, rate_limit=False
    ) as child:
        yield child


@pytest.fixture
def app(migrated: Settings, database: Database) -> Litestar:
    """The application; its Better Auth is nowhere unless the test asks for `live_app`."""
    return create_app(migrated)


@pytest.fixture
def live_app(migrated: Settings, database: Database, better_auth: BetterAuthProcess) -> Litestar:
    """The application with the real Better Auth behind it."""
    return create_app(settings_for(str(migrated.node_database_url()), BETTER_AUTH_URL=better_auth.url))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a slot or for Better Auth is sent away only where all stand still, not by a slow machine."""
    for patience in ("web.db.limiter.WAIT_SECONDS", "web.db.sqlite.WRITE_TIMEOUT", "web.auth.client.READY_SECONDS"):
        monkeypatch.setattr(patience, PATIENCE_SECONDS)


@pytest.fixture
def signed_out(app: Litestar) -> Iterator[Visitor]:
    """Somebody who has not signed in."""
    with TestClient(app, base_url=ORIGIN) as client:
        yield Visitor(client)


@pytest.fixture
def ada(signed_out: Visitor, make: Factory) -> Visitor:
    """Ada, signed in."""
    return signed_out.signed_in_as(make.user("Ada"), make)


@pytest.fixture
def bob(signed_out: Visitor, make: Factory) -> Visitor:
    """Bob, signed in: he never sees what is Ada's."""
    return signed_out.signed_in_as(make.user("Bob"), make)


@pytest.fixture
def newcomer(live_app: Litestar) -> Iterator[Visitor]:
    """Somebody before the real Better Auth, with nothing yet."""
    with TestClient(live_app, base_url=ORIGIN) as client:
        yield Visitor(client)


def settings_for(database_url: str, **environment: str) -> Settings:
    url = make_url(database_url)
    return Settings.from_environment(
        {
            "DATABASE_URL": url.render_as_string(hide_password=False),
            "BETTER_AUTH_SECRET": SECRET,
            "APP_URL": ORIGIN,
            **environment,
        }
    )
