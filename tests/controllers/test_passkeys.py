"""Passkeys in the settings, with the real Better Auth; tests/system/test_passkeys.py makes and uses one."""

import pytest
from sqlalchemy import text

from tests.client import HtmlClient
from tests.controllers.mailing import mails
from tests.factories import Factory
from web.db.database import Database
from web.models.user import User

PASSKEYS = "/settings/passkeys"
INSERT = text(
    "INSERT INTO passkeys (id, name, public_key, user_id, credential_id, counter, device_type, backed_up, created_at)"
    " VALUES (:id, :name, 'key', :user, :id, 0, 'singleDevice', :no, '2026-11-27T10:00:00.000Z')"
)


@pytest.fixture
def ada(newcomer: HtmlClient, make: Factory) -> HtmlClient:
    """Ada, signed in, with one passkey."""
    ada = newcomer.signed_in_as(make.user("Ada"), make)
    add_passkey(make, ada.user, "adas")
    return ada


@pytest.fixture
def bob(newcomer: HtmlClient, make: Factory) -> HtmlClient:
    return newcomer.signed_in_as(make.user("Bob"), make)


def add_passkey(make: Factory, user: User, passkey_id: str) -> None:
    with make.database.transaction() as session:
        no = False if make.database.engine.name == "postgresql" else 0
        session.connection().execute(INSERT, {"id": passkey_id, "name": "<b>Phone</b>", "user": user.id, "no": no})


def names(user: HtmlClient) -> list[str]:
    return [row.text() for row in user.get(PASSKEYS).tree.css("#passkeys bdi")]


def test_one_is_renamed_and_deleted(ada: HtmlClient, database: Database) -> None:
    assert names(ada) == ["<b>Phone</b>"]

    renamed = ada.post(f"{PASSKEYS}/adas/rename", name=" Telephone ")
    named = names(ada)
    deleted = ada.post(f"{PASSKEYS}/adas/delete")

    assert (renamed.to, named) == (f"{PASSKEYS}?done=renamed", ["Telephone"])
    assert (deleted.to, names(ada)) == (f"{PASSKEYS}?done=deleted", [])
    assert "Deleted here." in ada.get(deleted.to).text
    assert len(mails(database, "passkey-deleted")) == 1


@pytest.mark.parametrize("action", ["rename", "delete"])
def test_that_of_another_user_is_as_unknown_as_any(
    ada: HtmlClient, bob: HtmlClient, action: str, database: Database
) -> None:
    answers = [bob.post(f"{PASSKEYS}/{of}/{action}", name="Mine") for of in ("adas", "unknown", "%00")]

    assert [answer.status for answer in answers] == [404] * 3
    assert names(ada) == ["<b>Phone</b>"]
    assert names(bob) == []
    assert mails(database, "passkey-deleted") == []


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        *((name, "A passkey needs a name, such as that of the device.") for name in ("", " ", "\u200b")),
        ("a\x07b", "Remove the control characters."),
        ("x" * 101, "Names can be up to 100 characters (this one is 101)."),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused_and_comes_back(ada: HtmlClient, name: str, problem: str) -> None:
    page = ada.post(f"{PASSKEYS}/adas/rename", name=name)

    field = page.tree.css_first("details[open] input[autofocus]")
    assert (page.status, page.tree.css_first("#passkey-problem").text()) == (422, problem)
    assert (field.attributes["value"] or "") == name.strip()
    assert names(ada) == ["<b>Phone</b>"]


@pytest.mark.databases("sqlite")
def test_no_name_is_refused_for_a_passkey_of_another_user(ada: HtmlClient, bob: HtmlClient) -> None:
    assert [bob.post(f"{PASSKEYS}/{of}/rename", name="").status for of in ("adas", "unknown")] == [404] * 2


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("action", ["rename", "delete"])
def test_signed_out_it_asks_to_sign_in(newcomer: HtmlClient, ada: HtmlClient, action: str) -> None:
    assert newcomer.post(f"{PASSKEYS}/adas/{action}", name="Mine").to.startswith("/sign-in")
    assert names(ada) == ["<b>Phone</b>"]
