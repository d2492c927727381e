"""`daybook password` as a real process."""

import pytest
from sqlalchemy import make_url
from sqlmodel import select

from tests.better_auth import better_auth_process, http_client, sign_up
from tests.server.command import assert_one_error_line, daybook
from tests.server.conftest import MigratedEnvironment
from web.db.database import Database
from web.models.outgoing_mail import OutgoingMail
from web.models.user import AuthSession
from web.services.audit import latest

NEW = "a new password"
ADA = "ada@example.org"


def test_it_sets_a_password_that_better_auth_accepts(migrated_environment: MigratedEnvironment) -> None:
    env = migrated_environment()
    database = Database(make_url(env["DATABASE_URL"]))
    with better_auth_process(env["DATABASE_URL"]) as process, http_client(process) as client:
        sign_up(client, ADA)
        client.cookies.clear()

        finished = daybook("password", env, "ADA@example.org", typed=f"{NEW}\n")

        with database.reading() as session:
            left = session.exec(select(AuthSession)).all(), [mail.kind for mail in session.exec(select(OutgoingMail))]
            noted = [entry.kind for entry in latest(session.connection(), 1)]
        codes = [
            client.post("/sign-in/email", json={"email": ADA, "password": password}).status_code
            for password in ("correct horse", NEW)
        ]
    database.close()
    assert (finished.returncode, finished.stdout) == (0, "ADA@example.org signs in with the new password now.\n")
    assert codes == [401, 200]
    assert left == ([], ["password-changed"])
    assert noted == ["password-set-by-operator"]


@pytest.mark.parametrize(
    ("typed", "words"), [("short", "8 to 128 characters"), (NEW, "No user has the email address bob@example.org")]
)
def test_it_says_what_is_wrong(migrated_environment: MigratedEnvironment, typed: str, words: str) -> None:
    assert_one_error_line(daybook("password", migrated_environment(), "bob@example.org", typed=f"{typed}\n"), words)
