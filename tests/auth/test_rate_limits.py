"""Better Auth's rate limits, counted in the database for all Better Auths that share it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import cache

import httpx
import pytest
from sqlalchemy import create_engine, make_url

from tests.better_auth import better_auth_process, http_client, run_before_better_auth
from tests.databases import Databases, Stage
from web.auth.node_scripts import BetterAuthFailed
from web.database_url import normalised
from web.schema.better_auth import migrate_better_auth, pending_in_better_auth

CHANGE = {"currentPassword": "a wild guess", "newPassword": "correct horse"}
ADA = "192.0.2.1"
FROM_ADA = {"x-forwarded-for": ADA}
STOPPED_CLOCK = f"Date.now = () => {1000 * time.time():.0f}"


@pytest.fixture(scope="module")
def limited_servers(databases: Databases) -> Iterator[Callable[[str], tuple[str, list[httpx.Client]]]]:
    """Two Better Auths with rate limits on one database, and its address; started once for each dialect.

    Their clock stands still: an attempt counts for as long as a test takes.
    """
    with ExitStack() as running, pytest.MonkeyPatch.context() as monkeypatch:
        run_before_better_auth(monkeypatch, STOPPED_CLOCK)

        @cache
        def start(dialect: str) -> tuple[str, list[httpx.Client]]:
            url = running.enter_context(databases.copy(dialect, Stage.BETTER_AUTH))
            processes = [running.enter_context(better_auth_process(url, rate_limit=True)) for _ in range(2)]
            return url, [running.enter_context(http_client(process)) for process in processes]

        yield start


@pytest.fixture
def limited_url(dialect: str, limited_servers: Callable[[str], tuple[str, list[httpx.Client]]]) -> str:
    """The address of their database, with no attempts counted."""
    url, _ = limited_servers(dialect)
    execute(url, "DELETE FROM rate_limits")
    return url


@pytest.fixture
def two(
    dialect: str, limited_url: str, limited_servers: Callable[[str], tuple[str, list[httpx.Client]]]
) -> list[httpx.Client]:
    """A client of each of the two Better Auths."""
    return limited_servers(dialect)[1]


def attempt(client: httpx.Client, caller: str = ADA) -> httpx.Response:
    return client.post("/change-password", json=CHANGE, headers={"x-forwarded-for": caller})


def execute(database_url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(normalised(make_url(database_url)))
    try:
        with engine.begin() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def test_each_address_has_its_own_limit(two: list[httpx.Client]) -> None:
    codes = [attempt(two[0]).status_code for _ in range(4)]

    assert codes == [401, 401, 401, 429]
    assert attempt(two[0], "192.0.2.2").status_code == 401


def test_signing_up_is_limited_by_address(two: list[httpx.Client]) -> None:
    """It tells whether an address has an account: no list of them is tried quickly."""
    users = [{"name": "Eve", "email": f"{number}@example.com", "password": "123"} for number in range(5)]

    codes = [
        two[number % 2].post("/sign-up/email", json=user, headers=FROM_ADA).status_code
        for number, user in enumerate(users)
    ]
    other = two[0].post("/sign-up/email", json=users[0], headers={"x-forwarded-for": "192.0.2.2"}).status_code

    assert codes == [400, 400, 400, 429, 429]
    assert other == 400


def test_two_servers_share_their_counts(two: list[httpx.Client]) -> None:
    codes = [attempt(two[number % 2]).status_code for number in range(6)]
    refused = attempt(two[0])

    assert codes == [401, 401, 401, 429, 429, 429]
    assert 1 <= int(refused.headers["x-retry-after"]) <= 10


def test_concurrent_attempts_are_all_counted(two: list[httpx.Client]) -> None:
    """The first attempts too, which all find no row."""
    with ThreadPoolExecutor(20) as threads:
        codes = list(threads.map(lambda number: attempt(two[number % 2]).status_code, range(20)))

    assert sorted(codes) == [401] * 3 + [429] * 17


def test_attempts_are_allowed_again_after_a_pause(two: list[httpx.Client], limited_url: str) -> None:
    codes = [attempt(two[number % 2]).status_code for number in range(4)]
    execute(limited_url, "UPDATE rate_limits SET last_request = last_request - 10000")
    later = [attempt(two[number % 2]).status_code for number in range(4)]

    assert codes == later == [401, 401, 401, 429]


def test_expired_counts_are_removed(two: list[httpx.Client], limited_url: str) -> None:
    for number in range(5):
        attempt(two[0], f"192.0.2.{number}")
    execute(limited_url, "UPDATE rate_limits SET last_request = last_request - 100000")
    attempt(two[1], "192.0.2.0")

    assert len(execute(limited_url, "SELECT key FROM rate_limits")) == 1


def test_health_checks_are_not_limited(two: list[httpx.Client], limited_url: str) -> None:
    """`/readyz` requests it for ever without a pause of ten seconds: counted, it would be refused after 100."""
    codes = {two[number % 2].get("/ok").status_code for number in range(120)}

    assert codes == {200}
    assert execute(limited_url, "SELECT key FROM rate_limits") == []


def test_links_with_a_token_add_no_rows(two: list[httpx.Client], limited_url: str) -> None:
    """Each would have a row and a limit of its own."""
    codes = {two[0].get(f"/reset-password/{number}?callbackURL=/", headers=FROM_ADA).status_code for number in range(9)}

    assert codes == {302}
    assert execute(limited_url, "SELECT key FROM rate_limits") == []


def test_a_database_from_before_gets_its_table(better_auth_tables: str) -> None:
    execute(better_auth_tables, "DROP TABLE rate_limits")
    with pytest.raises(BetterAuthFailed, match=r'run "daybook migrate" first.*rate_limits'):
        better_auth_process(better_auth_tables).start()

    assert pending_in_better_auth(database_url=better_auth_tables) == ["create table rate_limits"]
    migrate_better_auth(database_url=better_auth_tables)

    with better_auth_process(better_auth_tables, rate_limit=True) as process, closing(http_client(process)) as client:
        assert attempt(client).status_code == 401
        assert (
            float(str(execute(better_auth_tables, "SELECT last_request FROM rate_limits")[0][0])) <= 1000 * time.time()
        )
