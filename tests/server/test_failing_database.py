"""What Better Auth's process answers when its database fails."""

from tests.auth.test_rate_limits import execute
from tests.better_auth import better_auth_process, http_client, sign_up


def test_a_failure_is_told_from_an_unreachable_database(better_auth_tables: str) -> None:
    credentials = {"email": "ada@example.org", "password": "correct horse"}
    nowhere = "postgresql://daybook:secret@127.0.0.1:9/daybook"

    with better_auth_process(better_auth_tables) as process, http_client(process) as client:
        sign_up(client, credentials["email"])
        execute(better_auth_tables, "DROP TABLE accounts")
        client.cookies.clear()
        failed = client.post("/sign-in/email", json=credentials)
    with better_auth_process(nowhere) as process, http_client(process) as client:
        unavailable = client.post("/sign-in/email", json=credentials)

    assert (failed.status_code, unavailable.status_code) == (500, 503)
