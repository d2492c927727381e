"""Fixtures for all tests: real databases, the application on them, and clients that are signed in."""

import os
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
import time_machine
from litestar import Litestar
from litestar.testing import TestClient
from psycopg2.extensions import set_wait_callback
from sqlmodel import Session

from testkit.patience import PATIENCE_SECONDS
from tests.better_auth import better_auth_process
from tests.client import ORIGIN, HtmlClient, Statements
from tests.databases import Databases, Stage, dialects_of, settings_for
from tests.factories import Factory
from tests.push_service import PushService
from tests.thursday import NOW
from web.app import better_auth_client, create_app
from web.db.database import Database
from web.db.green_wait import install_green_wait
from web.push.sender import PushSender
from web.schema.migrate import BETTER_AUTH_TABLES
from web.server.better_auth import BetterAuthProcess
from web.services.purging import record_models
from web.settings import Settings

# Time zones come from the package tzdata, also in child processes: a minimal Debian has no zone data.
os.environ["PYTHONTZPATH"] = ""
zoneinfo.reset_tzpath(to=())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that uses a database runs on both, or on those that tests/databases.py chooses."""
    if "dialect" in metafunc.fixturenames:
        metafunc.parametrize("dialect", dialects_of(metafunc), indirect=True)


@pytest.fixture
def dialect(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture(scope="session")
def databases(start_postgres: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases at any stage. It stays when the dialect changes, so each is migrated once per process."""
    databases = Databases(tmp_path_factory.mktemp("databases"), start_postgres)
    yield databases
    databases.close()


@pytest.fixture
def migrated(dialect: str, databases: Databases) -> Settings:
    """Settings for the migrated database that all tests of the process share."""
    return databases.shared(dialect)


@pytest.fixture
def database(dialect: str, databases: Databases) -> Iterator[Database]:
    """A migrated database without a row. It keeps its compiled statements for the tests that follow."""
    database = databases.connected(dialect)
    yield database
    with database.transaction() as session:
        others = ("events", "outgoing_mails", "failed_guesses", *reversed(BETTER_AUTH_TABLES))
        for table in (*(model.__tablename__ for model in record_models()), *others):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    database.close()


@pytest.fixture(autouse=True)
def no_wait_callback() -> Iterator[None]:
    """create_app sets psycopg2's wait callback for the whole process, and COPY does not work with one."""
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
    """Counts the statements that the application executes."""
    return Statements(app.state.database)


@pytest.fixture(scope="session")
def better_auths(databases: Databases) -> Iterator[Callable[[str], BetterAuthProcess]]:
    """The real Better Auth on the shared database of a dialect: one process each, started when first needed."""
    with ExitStack() as running:

        @cache
        def started(dialect: str) -> BetterAuthProcess:
            url = databases.shared(dialect).node_database_url()
            return running.enter_context(better_auth_process(url, sends_mail=True))

        yield started


@pytest.fixture
def better_auth(dialect: str, better_auths: Callable[[str], BetterAuthProcess]) -> BetterAuthProcess:
    """The real Better Auth on the migrated database."""
    return better_auths(dialect)


@pytest.fixture
def own_better_auth(better_auth_tables: str) -> Iterator[BetterAuthProcess]:
    """A Better Auth on a database of its own, for tests that sign up, kill it or change its Node."""
    with better_auth_process(better_auth_tables) as process:
        yield process


@pytest.fixture
def better_auth_tables(dialect: str, databases: Databases) -> Iterator[str]:
    """The address of a database with Better Auth's tables only."""
    with databases.copy(dialect, Stage.BETTER_AUTH) as url:
        yield url


@pytest.fixture
def database_url(dialect: str, databases: Databases) -> Iterator[str]:
    """The address of a database without a table."""
    with databases.copy(dialect, Stage.EMPTY) as url:
        yield url


@pytest.fixture(scope="session")
def built_app() -> Callable[[Settings], Litestar]:
    """Builds an application once for all tests of the process with equal settings. Its lifespan closes connections."""
    built = cache(create_app)

    def ready(settings: Settings) -> Litestar:
        app = built(settings)
        app.state.better_auth = better_auth_client(settings, app.state.database)
        if settings.database_url.get_backend_name() == "postgresql":
            install_green_wait()
        app.state.push = PushSender(settings, PushService().transport)
        return app

    return ready


@pytest.fixture
def app(migrated: Settings, database: Database, built_app: Callable[[Settings], Litestar]) -> Litestar:
    """The application without a Better Auth; `live_app` has one."""
    return built_app(migrated)


@pytest.fixture
def push_service(migrated: Settings, app: Litestar) -> PushService:
    """The push service that the application sends to."""
    service = PushService()
    app.state.push = PushSender(migrated, service.transport)
    return service


@pytest.fixture
def live_app(
    migrated: Settings,
    database: Database,
    better_auth: BetterAuthProcess,
    built_app: Callable[[Settings], Litestar],
) -> Litestar:
    """The application with the real Better Auth behind it."""
    return built_app(settings_for(str(migrated.node_database_url()), BETTER_AUTH_URL=better_auth.url))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests wait for a slot, a lock and Better Auth until PATIENCE_SECONDS, so that a slow machine fails no test."""
    limits = ("web.db.limiter.WAIT_SECONDS", "web.db.sqlite.WRITE_TIMEOUT", "web.db.green_wait.STATEMENT_SECONDS")
    for patience in (*limits, "web.auth.client.READY_SECONDS"):
        monkeypatch.setattr(patience, PATIENCE_SECONDS)


@pytest.fixture
def signed_out(app: Litestar) -> Iterator[HtmlClient]:
    """A client without a session."""
    with TestClient(app, base_url=ORIGIN) as client:
        yield HtmlClient(client)


@pytest.fixture
def ada(signed_out: HtmlClient, make: Factory) -> HtmlClient:
    """Ada, signed in."""
    return signed_out.signed_in_as(make.user("Ada"), make)


@pytest.fixture
def bob(signed_out: HtmlClient, make: Factory) -> HtmlClient:
    """Bob, signed in: another user than Ada."""
    return signed_out.signed_in_as(make.user("Bob"), make)


@pytest.fixture
def newcomer(live_app: Litestar) -> Iterator[HtmlClient]:
    """A client of the application with the real Better Auth, without an account."""
    with TestClient(live_app, base_url=ORIGIN) as client:
        yield HtmlClient(client)


@pytest.fixture
def thursday() -> Iterator[None]:
    """The clock stands at NOW."""
    with time_machine.travel(NOW, tick=False):
        yield
