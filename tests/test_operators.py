"""`daybook users` and `daybook audit`."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests.better_auth import QUICK
from tests.client import HtmlClient
from tests.controllers.mailing import mails
from tests.controllers.test_two_factor import PASSWORD, TurnedOn
from tests.factories import SECRET, Factory
from web.auth.passwords import hash_password
from web.cli import main
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import iso, utc_now
from web.models.user import User
from web.services.closing import Deletion
from web.settings import Settings

LINK = text(
    "INSERT INTO verifications (id, identifier, value, expires_at, created_at, updated_at)"
    " VALUES (:id, :id, :value, :at, :at, :at)"
)


class Operator:
    def __init__(self, settings: Settings) -> None:
        url = settings.database_url.render_as_string(hide_password=False)
        self.environment = {"DATABASE_URL": url, "BETTER_AUTH_SECRET": SECRET}

    def run(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, words, env=self.environment, input=typed)

    def rows(self, *words: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.run(*words, "--json").stdout.splitlines()]


@pytest.fixture
def operator(migrated: Settings, database: Database) -> Operator:
    return Operator(migrated)


@pytest.fixture
def ada(make: Factory) -> User:
    ada = make.user("Ada", "ada@example.com")
    make.sign_in(ada)
    make.sign_in(ada)
    return ada


def test_the_list_has_state_and_sessions_of_each(
    operator: Operator, ada: User, make: Factory, database: Database
) -> None:
    bob, eve = make.user("Bob", "bob@example.com"), make.user("Eve", "eve@example.com")
    operator.run("users", "disable", bob.email)
    with database.transaction() as session:
        Deletion(session.connection(), Actor(eve.id)).ask()

    rows = operator.rows("users", "list")

    assert [(row["email"], row["sessions"]) for row in rows] == [(ada.email, 2), (bob.email, 0), (eve.email, 0)]
    assert [str(row["state"])[:13] for row in rows] == ["active", "disabled", "to be deleted"]
    lines = operator.run("users", "list").stdout.splitlines()
    assert lines[0].split("\t")[:3] == ["ada@example.com", "active", "2"]


@pytest.mark.parametrize(
    ("words", "state", "sessions"),
    [(["end-sessions"], "active", 0), (["disable"], "disabled", 0), (["disable", "enable"], "active", 0)],
)
def test_a_command_changes_one_account_and_is_noted(
    operator: Operator, ada: User, make: Factory, words: list[str], state: str, sessions: int
) -> None:
    make.sign_in(make.user("Bob", "bob@example.com"))

    results = [operator.run("users", word, "ADA@example.com") for word in (*words, words[-1])]

    assert [result.exit_code for result in results] == [0] * len(results)
    found, other = operator.rows("users", "list")
    assert (found["state"], found["sessions"]) == (state, sessions)
    assert (other["state"], other["sessions"]) == ("active", 1)
    assert len(operator.rows("audit", "--user", "ada@example.com")) == len(results)
    assert operator.rows("audit", "--user", "bob@example.com") == []


def test_delete_asks_first(operator: Operator, ada: User, make: Factory) -> None:
    make.task(ada, "Buy milk")

    declined = operator.run("users", "delete", ada.email, typed="n\n")
    assert (declined.exit_code, len(operator.rows("users", "list"))) == (1, 1)

    accepted = operator.run("users", "delete", ada.email, typed="y\n")
    assert (accepted.exit_code, operator.rows("users", "list")) == (0, [])


@pytest.mark.parametrize(
    "words",
    [
        *(["users", "disable"], ["users", "end-sessions"], ["users", "delete"], ["audit", "--user"]),
        *(["users", "confirm-email"], ["users", "turn-off-two-factor"]),
    ],
)
def test_an_unknown_user_is_one_sentence(operator: Operator, words: list[str]) -> None:
    result = operator.run(*words, "unknown@example.com")

    assert (result.exit_code, result.stderr) == (1, "Error: No user has the email address unknown@example.com.\n")


def test_the_audit_log_has_the_newest_first(operator: Operator, ada: User) -> None:
    operator.run("users", "disable", ada.email)
    operator.run("users", "enable", ada.email)

    assert [row["kind"] for row in operator.rows("audit")] == ["enabled", "disabled"]
    assert [row["kind"] for row in operator.rows("audit", "--most", "1")] == ["enabled"]
    assert operator.run("audit").stdout.count("ada@example.com") == 2


def test_another_address_is_told_to_both_and_is_not_confirmed(
    operator: Operator, ada: User, database: Database, make: Factory
) -> None:
    with database.transaction() as session:
        session.connection().execute(LINK, {"id": "reset", "value": ada.id, "at": iso(utc_now())})

    result = operator.run("users", "change-email", "ADA@example.com", " Ada@Example.org ")

    assert (result.exit_code, result.stdout) == (0, "ADA@example.com is ada@example.org now.\n")
    with database.reading() as session:
        user = session.get_one(User, ada.id)
        links = session.connection().exec_driver_sql("SELECT count(*) FROM verifications").scalar_one()
    assert (user.email, user.email_verified, links) == ("ada@example.org", False, 0)
    told = mails(database, "email-changed")
    assert sorted(mail.address for mail in told) == ["ada@example.com", "ada@example.org"]
    assert {mail.facts["new_email"] for mail in told} == {"ada@example.org"}
    assert [row["kind"] for row in operator.rows("audit")] == ["email-changed-by-operator"]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("bob@example.com", "A user has the email address bob@example.com already."),
        ("BOB@example.com", "A user has the email address bob@example.com already."),
        *(
            (new, "is no email address.")
            for new in ("", "ada", "a b@example.com", "a\x07@example.com", f"{'x' * 251}@b.cd")
        ),
    ],
)
@pytest.mark.databases("sqlite")
def test_an_address_that_cannot_be_is_one_sentence(
    operator: Operator, ada: User, make: Factory, database: Database, new: str, words: str
) -> None:
    make.user("Bob", "bob@example.com")

    result = operator.run("users", "change-email", ada.email, new)

    assert (result.exit_code, words in result.stderr, result.stderr.count("\n")) == (1, True, 1)
    assert mails(database, "email-changed") == []
    assert operator.rows("audit") == []


def test_an_address_is_confirmed_and_told(operator: Operator, make: Factory, database: Database) -> None:
    ada = make.user("Ada", "ada@example.com", email_verified=False)

    result = operator.run("users", "confirm-email", ada.email)

    assert (result.exit_code, result.stdout) == (0, "ada@example.com is confirmed.\n")
    with database.reading() as session:
        assert session.get_one(User, ada.id).email_verified
    assert [mail.address for mail in mails(database, "email-confirmed")] == ["ada@example.com"]
    assert [row["kind"] for row in operator.rows("audit")] == ["email-confirmed-by-operator"]


def test_without_the_second_factor_the_password_is_enough(
    operator: Operator, newcomer: HtmlClient, make: Factory, database: Database
) -> None:
    """With the real Better Auth, which turned it on."""
    user = make.user("Ada", "ada@example.com")
    make.account(user, hash_password(PASSWORD, b"salt of 16 bytes", QUICK))
    turned_on = TurnedOn(newcomer.signed_in_as(user, make))
    turned_on.first_step()

    result = operator.run("users", "turn-off-two-factor", "ada@example.com")

    assert (result.exit_code, result.stdout) == (0, "ada@example.com signs in with the password alone now.\n")
    assert newcomer.post("/sign-in", email="ada@example.com", password=PASSWORD).to == "/"
    assert "Turn it on" in turned_on.ada.get("/settings/two-factor").text
    assert len(mails(database, "two-factor-off")) == 1
    assert "two-factor-off-by-operator" in [row["kind"] for row in operator.rows("audit")]
