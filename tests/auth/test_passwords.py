"""What Better Auth stores of a password, and which passwords it takes."""

from collections.abc import Iterator

import httpx
import pytest
from sqlmodel import select

from tests.better_auth import QUICK, better_auth_process, http_client
from tests.client import ORIGIN
from tests.factories import Factory
from web.auth.node_scripts import BetterAuthFailed
from web.auth.passwords import COST, hash_password
from web.auth.set_password import PasswordRefused, set_password
from web.db.database import Database
from web.models.user import Account, AuthSession, User
from web.server.better_auth import BetterAuthProcess
from web.settings import Settings

PASSWORD = "correct horse ﬁnished"
SALT = b"salt of 16 bytes"
# As Better Auth's own code hashed this password: scrypt with N = 2 ** 14, r = 16, p = 1.
OLD_HASH = (
    "73616c74206f66203136206279746573:"
    "58dbd1c99145d4b3113b5af72f4dfcebfa6fe4da13aac54f840540e104710f88"
    "3d7369829e7fe68d5c9ac9928815dfe4e257c7e535b906f2e8411e6ae327e589"
)
OF_CONTEXT = ["daybook1", "DAYBOOK-2026", "Ada Lovelace 7", "lovelaceADA", "ladylady", "ｌｏｖｅｌａｃｅ1", "adaLADY1"]
COMMON = ["password", "12345678", "PASSWORD", "Password1", "qwertyuiop", "ｐａｓｓｗｏｒｄ"]


@pytest.fixture
def auth(better_auth: BetterAuthProcess, database: Database) -> Iterator[httpx.Client]:
    with http_client(better_auth) as client:
        yield client


def sign_in(auth: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    auth.cookies.clear()
    return auth.post("/sign-in/email", json={"email": email, "password": password})


def sign_up_as(auth: httpx.Client, name: str, email: str, password: str) -> httpx.Response:
    return auth.post("/sign-up/email", json={"name": name, "email": email, "password": password})


def codes_for_a_new_password(auth: httpx.Client, make: Factory, user: User, password: str) -> list[str]:
    """Why a change and a reset to this password are refused."""
    headers = {"cookie": make.cookie(make.sign_in(user)), "origin": ORIGIN}
    change = {"currentPassword": PASSWORD, "newPassword": password}
    reset = {"newPassword": password, "token": "unknown"}
    answers = [
        auth.post("/change-password", json=change, headers=headers),
        auth.post("/reset-password", json=reset),
    ]
    return [answer.json()["code"] for answer in answers]


def stored_hash(database: Database) -> str:
    with database.reading() as session:
        return session.exec(select(Account.password)).one() or ""


class TestHashes:
    def test_that_python_writes_better_auth_reads(self, auth: httpx.Client, make: Factory, database: Database) -> None:
        ada = make.user()
        make.account(ada, hash_password(PASSWORD, SALT, QUICK))

        assert sign_in(auth, ada.email).status_code == 200
        assert sign_in(auth, ada.email, "correct horse").status_code == 401
        assert stored_hash(database) == hash_password(PASSWORD, SALT, QUICK)

    @pytest.mark.parametrize(
        "older", [OLD_HASH, hash_password(PASSWORD, SALT, QUICK - 1)], ids=["other format", "cheaper"]
    )
    def test_that_are_older_are_renewed_at_the_next_sign_in(
        self, auth: httpx.Client, make: Factory, database: Database, older: str
    ) -> None:
        ada = make.user()
        make.account(ada, older)

        refused, kept = sign_in(auth, ada.email, "another one").status_code, stored_hash(database)
        accepted, renewed = sign_in(auth, ada.email).status_code, stored_hash(database)

        assert (refused, kept) == (401, older)
        assert accepted == 200
        assert renewed.startswith(f"$scrypt$ln={QUICK},r=8,p=1$")
        assert sign_in(auth, ada.email).status_code == 200
        assert stored_hash(database) == renewed

    @pytest.mark.parametrize("stored", ["", "$scrypt$", "$scrypt$ln=10,r=8,p=1$a$", "a", "a:b", "$argon2id$v=19$a$b"])
    @pytest.mark.databases("sqlite")
    def test_that_cannot_be_read_match_no_password(self, auth: httpx.Client, make: Factory, stored: str) -> None:
        ada = make.user()
        make.account(ada, stored)

        assert sign_in(auth, ada.email).status_code != 200

    @pytest.mark.databases("sqlite")
    def test_have_owasps_minimum_in_production(self, better_auth_tables: str) -> None:
        assert (17, hash_password(PASSWORD, SALT).split("$")[2]) == (COST, "ln=17,r=8,p=1")
        with pytest.raises(BetterAuthFailed, match="PASSWORD_COST must be at least 17"):
            better_auth_process(better_auth_tables, app_url="https://daybook.example", password_cost=QUICK).start()


@pytest.mark.databases("sqlite")
class TestCommonPasswords:
    @pytest.mark.parametrize("password", COMMON)
    def test_are_refused_for_a_new_account(self, auth: httpx.Client, password: str) -> None:
        answer = sign_up_as(auth, "Ada", "ada@example.com", password)

        assert (answer.status_code, answer.json()["code"]) == (400, "PASSWORD_TOO_COMMON")

    def test_are_refused_as_a_new_password(self, auth: httpx.Client, make: Factory, database: Database) -> None:
        ada = make.user()
        make.account(ada, hash_password(PASSWORD, SALT, QUICK))

        codes = codes_for_a_new_password(auth, make, ada, "iloveyou")

        assert codes == ["PASSWORD_TOO_COMMON"] * 2
        assert stored_hash(database) == hash_password(PASSWORD, SALT, QUICK)

    def test_do_not_tell_whether_there_is_an_account(self, auth: httpx.Client) -> None:
        assert sign_in(auth, "unknown@example.com", "password").json()["code"] == "INVALID_EMAIL_OR_PASSWORD"


@pytest.mark.databases("sqlite")
class TestWordsOfTheContext:
    """Ada Lovelace, lady@example.com: her password has 8 characters beside her name, her address and Daybook."""

    @pytest.mark.parametrize("password", OF_CONTEXT)
    def test_are_refused_for_a_new_account(self, auth: httpx.Client, password: str) -> None:
        answer = sign_up_as(auth, "Ada Lovelace", "Lady@example.com", password)

        assert (answer.status_code, answer.json()["code"]) == (400, "PASSWORD_OF_CONTEXT")

    @pytest.mark.parametrize("password", ["daybook horses 8", "adamant lovelace poems", "babbage1791"])
    def test_may_be_a_part_of_more(self, auth: httpx.Client, password: str) -> None:
        assert sign_up_as(auth, "Ada Lovelace", "lady@example.com", password).status_code == 200

    def test_are_refused_as_a_new_password(self, auth: httpx.Client, make: Factory, database: Database) -> None:
        ada = make.user("Ada Lovelace", "lady@example.com")
        make.account(ada, hash_password(PASSWORD, SALT, QUICK))

        codes = codes_for_a_new_password(auth, make, ada, "lovelace1815")

        assert codes == ["PASSWORD_OF_CONTEXT", "INVALID_TOKEN"]
        assert stored_hash(database) == hash_password(PASSWORD, SALT, QUICK)

    def test_are_refused_on_the_command_line(self, migrated: Settings, make: Factory, database: Database) -> None:
        make.account(ada := make.user("Ada Lovelace", "lady@example.com"), hash_password(PASSWORD, SALT, QUICK))

        with pytest.raises(PasswordRefused, match="8 characters beside daybook, the name"):
            set_password(migrated, ada.email, "Lady-Daybook-1")

        assert stored_hash(database) == hash_password(PASSWORD, SALT, QUICK)


def test_a_change_of_the_password_ends_all_other_sessions(
    auth: httpx.Client, make: Factory, database: Database
) -> None:
    ada, bob = make.user(), make.user("Bob")
    make.account(ada, hash_password(PASSWORD, SALT, QUICK))
    here, elsewhere, bobs = make.sign_in(ada), make.sign_in(ada), make.sign_in(bob)
    change = {"currentPassword": PASSWORD, "newPassword": "another horse", "revokeOtherSessions": False}

    answer = auth.post("/change-password", json=change, headers={"cookie": make.cookie(here), "origin": ORIGIN})

    with database.reading() as session:
        left = session.exec(select(AuthSession.token)).all()
    assert set(left) == {answer.json()["token"], bobs.token}
    assert {here.token, elsewhere.token}.isdisjoint(left)
    assert "session_token=" in answer.headers["set-cookie"]
