"""`daybook users` and `daybook audit`."""

import json

import pytest
from click.testing import CliRunner, Result

from tests.factories import SECRET, Factory
from web.cli import main
from web.db.database import Database
from web.domain.actor import Actor
from web.models.user import User
from web.services.closing import Deletion
from web.settings import Settings


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
    "words", [["users", "disable"], ["users", "end-sessions"], ["users", "delete"], ["audit", "--user"]]
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
