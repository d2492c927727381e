"""What other users may try: counted in the database, for all Better Auths that share it."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, make_url

from testkit.postgres import fresh_database
from tests.server.test_better_auth import a_child, client, loads_first
from web.auth.node_scripts import BetterAuthFailed
from web.schema.better_auth import migrate_better_auth, pending_in_better_auth
from web.settings import normalised

GUESS = {"email": "ada@example.org", "password": "a wild guess"}
ADA = "192.0.2.1"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'daybook.db'}"
        migrate_better_auth(database_url=url)
        yield url
    else:
        with fresh_database(request.getfixturevalue("postgres")) as url:
            migrate_better_auth(database_url=url)
            yield url


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted for ten seconds counts for as long as a test takes."""
    loads_first(monkeypatch, f"Date.now = () => {1000 * time.time():.0f}")


@pytest.fixture
def two(database_url: str) -> Iterator[list[httpx.Client]]:
    """Two Better Auths on one database, with limits."""
    with (
        a_child(database_url, rate_limit=True) as one,
        a_child(database_url, rate_limit=True) as other,
        client(one) as here,
        client(other) as there,
    ):
        yield [here, there]


def attempt(buffer: httpx.Client, caller: str = ADA) -> httpx.Response:
    return buffer.post("/sign-in/email", json=GUESS, headers={"x-forwarded-for": caller})


def execute(database_url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(normalised(make_url(database_url)))
    try:
        with engine.begin() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def test_attempts_are_limited_for_each_caller_by_itself(two: list[httpx.Client]) -> None:
    codes = [attempt(two[0]).status_code for _ in range(4)]

    assert codes == [401, 401, 401, 429]
    assert attempt(two[0], "192.0.2.2").status_code == 401


def test_two_servers_count_together(two: list[httpx.Client]) -> None:
    codes = [attempt(two[number % 2]).status_code for number in range(6)]
    refused = attempt(two[0])

    assert codes == [401, 401, 401, 429, 429, 429]
    assert 1 <= int(refused.headers["x-retry-after"]) <= 10


def test_attempts_at_the_same_moment_are_counted_one_by_one(two: list[httpx.Client]) -> None:
    """Also the first ones, which all find no row."""
    with ThreadPoolExecutor(20) as threads:
        codes = list(threads.map(lambda number: attempt(two[number % 2]).status_code, range(20)))

    assert sorted(codes) == [401] * 3 + [429] * 17


def test_after_a_pause_one_may_try_again(two: list[httpx.Client], database_url: str) -> None:
    codes = [attempt(two[number % 2]).status_code for number in range(4)]
    execute(database_url, "UPDATE rate_limits SET last_request = last_request - 10000")
    later = [attempt(two[number % 2]).status_code for number in range(4)]

    assert codes == later == [401, 401, 401, 429]


def test_what_counts_no_more_is_removed(two: list[httpx.Client], database_url: str) -> None:
    for number in range(5):
        attempt(two[0], f"192.0.2.{number}")
    execute(database_url, "UPDATE rate_limits SET last_request = last_request - 100000")
    attempt(two[1], "192.0.2.0")

    assert len(execute(database_url, "SELECT key FROM rate_limits")) == 1


def test_whoever_looks_after_it_is_not_limited(two: list[httpx.Client], database_url: str) -> None:
    """`/readyz` asks it, for ever and without a pause of ten seconds: counted, it would be refused after 100."""
    codes = {two[number % 2].get("/ok").status_code for number in range(120)}

    assert codes == {200}
    assert execute(database_url, "SELECT key FROM rate_limits") == []


def test_a_database_from_before_gets_its_table(database_url: str) -> None:
    execute(database_url, "DROP TABLE rate_limits")
    with pytest.raises(BetterAuthFailed, match=r'run "daybook migrate" first.*rate_limits'):
        a_child(database_url).start()

    assert pending_in_better_auth(database_url=database_url) == ["create table rate_limits"]
    migrate_better_auth(database_url=database_url)

    with a_child(database_url, rate_limit=True) as child, closing(client(child)) as buffer:
        assert attempt(buffer).status_code == 401
        assert float(str(execute(database_url, "SELECT last_request FROM rate_limits")[0][0])) <= 1000 * time.time()
