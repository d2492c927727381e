"""Better Auth's process removes expired rows of tables that grow without an account."""

import pytest

from testkit.patience import wait_until
from tests.auth.test_rate_limits import execute
from tests.better_auth import better_auth_process, http_client, run_before_better_auth, sign_up
from web.domain.timestamps import utc_now

# The ten minutes between two purges become some milliseconds.
HURRY = "const slow = setInterval; globalThis.setInterval = (f, ms) => slow(f, ms === 600_000 ? 20 : ms)"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    run_before_better_auth(monkeypatch, HURRY)


def test_expired_rows_are_removed_and_others_stay(better_auth_tables: str, hurried: None) -> None:
    past, future = "2026-01-01T00:00:00.000Z", "2126-01-01T00:00:00.000Z"
    now = f"{utc_now():%Y-%m-%dT%H:%M:%S}.000Z"

    with better_auth_process(better_auth_tables) as process, http_client(process) as client:
        user = sign_up(client, "ada@example.org").json()["user"]["id"]
        for name, until, created in (("old", past, now), ("aged", future, past), ("new", future, now)):
            execute(
                better_auth_tables,
                "INSERT INTO sessions (id, token, user_id, expires_at, created_at, updated_at) "
                f"VALUES ('{name}', '{name}', '{user}', '{until}', '{created}', '{now}')",
            )
        for name, until in (("old", past), ("new", future)):
            execute(
                better_auth_tables,
                "INSERT INTO verifications (id, identifier, value, expires_at, created_at, updated_at) "
                f"VALUES ('{name}', 'a', 'b', '{until}', '{now}', '{now}')",
            )
            last = 4_000_000_000_000 if name == "new" else 1_700_000_000_000
            execute(
                better_auth_tables,
                f"INSERT INTO rate_limits (id, key, count, last_request) VALUES ('{name}', '{name}', 1, {last})",
            )

        def left(table: str) -> list[object]:
            found = execute(better_auth_tables, f"SELECT id FROM {table} WHERE id IN ('old', 'aged', 'new')")
            return [row[0] for row in found]

        for table in ("sessions", "verifications", "rate_limits"):
            wait_until(lambda table=table: left(table) == ["new"])  # type: ignore[misc]
        assert len(execute(better_auth_tables, "SELECT id FROM sessions")) == 2


def test_a_database_that_is_away_does_not_end_the_process(
    better_auth_tables: str, hurried: None, caplog: pytest.LogCaptureFixture
) -> None:
    with better_auth_process(better_auth_tables) as process, http_client(process) as client:
        execute(better_auth_tables, "DROP TABLE rate_limits")
        wait_until(lambda: any("Expired rows were not removed" in message for message in caplog.messages))

        assert client.get("/ok").status_code == 200
