"""Answers that do not tell who has an account: the same words, headers and work, counted rather than timed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar import Litestar

from tests.better_auth import QUICK, better_auth_process, run_before_better_auth
from tests.client import ORIGIN, HtmlClient, Page, Statements
from tests.controllers.mailing import client_of, mailing_settings
from tests.factories import Factory
from web.auth.passwords import hash_password
from web.db.database import Database
from web.services.closing import disable
from web.settings import Settings

pytestmark = pytest.mark.databases("sqlite")
KNOWN, UNKNOWN = "known@example.com", "never@example.com"
# Node notes each hash of a password.
NOTING = """
import crypto from "node:crypto";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { scrypt } = crypto;
crypto.scrypt = (...args) => {
  appendFileSync("FILE", "hash\\n");
  return scrypt(...args);
};
syncBuiltinESMExports();
"""


class Work:
    """What an answer took: the hashes in Node, and the statements of Daybook without their values."""

    def __init__(self, hashes: Path, statements: Statements) -> None:
        self._hashes, self._statements = hashes, statements

    def of(self, ask: Callable[[], Page]) -> tuple[Page, int, list[str]]:
        self._hashes.write_text("")
        with self._statements.counted() as seen:
            page = ask()
        return page, self._hashes.read_text().count("hash"), [*seen]


@pytest.fixture
def hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    run_before_better_auth(monkeypatch, NOTING.replace("FILE", str(tmp_path / "hashes")))
    return tmp_path / "hashes"


@pytest.fixture
def app(
    hashes: Path, migrated: Settings, database: Database, built_app: Callable[[Settings], Litestar]
) -> Iterator[Litestar]:
    with better_auth_process(migrated.node_database_url(), sends_mail=True) as process:
        yield built_app(mailing_settings(migrated, process.url))


@pytest.fixture
def work(hashes: Path, statements: Statements) -> Work:
    return Work(hashes, statements)


@pytest.fixture
def visitor(app: Litestar, make: Factory) -> Iterator[HtmlClient]:
    """Signed out, where some accounts exist: with a password, with a passkey only, and a disabled one."""
    for email in (KNOWN, "disabled@example.com"):
        user = make.user(email=email)
        make.account(user, hash_password("correct horse", b"salt of 16 bytes", QUICK))
        if email != KNOWN:
            with make.database.transaction() as session:
                disable(session.connection(), user.id)
    make.user(email="passkey@example.com")
    with client_of(app) as client:
        yield client


def seen(page: Page, email: str) -> tuple[int, str, list[tuple[str, str]]]:
    """All of an answer but the address that was typed."""
    headers = [pair for pair in page.headers.multi_items() if pair[0] not in ("date", "content-length")]
    return page.status, page.html.replace(email, "typed"), headers


def by_page(path: str) -> Callable[[HtmlClient, str], Page]:
    return lambda visitor, email: visitor.post(path, name="Eve", email=email, password="wrong horse")


def by_api(path: str) -> Callable[[HtmlClient, str], Page]:
    def ask(visitor: HtmlClient, email: str) -> Page:
        fields = {"email": email} | ({"password": "wrong horse"} if "sign-in" in path else {})
        return visitor.ask("POST", f"/api/auth{path}", json=fields, headers={"origin": ORIGIN})

    return ask


@pytest.mark.parametrize("other", [KNOWN, "passkey@example.com", "disabled@example.com"])
@pytest.mark.parametrize(
    ("ask", "hashed"),
    [
        (by_page("/sign-in"), 1),
        (by_api("/sign-in/email"), 1),
        (by_page("/forgot-password"), 0),
        (by_api("/request-password-reset"), 0),
    ],
    ids=["sign in", "sign in by the API", "reset", "reset by the API"],
)
def test_an_account_is_answered_as_none(
    visitor: HtmlClient, work: Work, ask: Callable[[HtmlClient, str], Page], hashed: int, other: str
) -> None:
    ask(visitor, UNKNOWN)
    unknown, *of_unknown = work.of(lambda: ask(visitor, UNKNOWN))
    known, *of_known = work.of(lambda: ask(visitor, other))

    assert seen(known, other) == seen(unknown, UNKNOWN)
    assert of_known == of_unknown
    assert of_known[0] == hashed


def test_a_taken_address_is_answered_alike_whatever_the_account(visitor: HtmlClient, work: Work) -> None:
    """That it is taken is told, as signing up signs in at once."""
    ask = by_page("/sign-up")

    answers = [
        (seen(page, email), hashes, statements)
        for email in (KNOWN, "passkey@example.com", "disabled@example.com")
        for page, hashes, statements in [work.of(lambda email=email: ask(visitor, email))]  # type: ignore[misc]
    ]

    assert answers[0][0][0] == 422
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]
