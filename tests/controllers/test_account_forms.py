"""Every form that signs in, or that Better Auth works for: what tests/routes asks of all other forms."""

import pytest

from tests.client import HtmlClient
from tests.factories import Factory

pytestmark = pytest.mark.databases("sqlite")

OF_USERS = (
    *(f"/settings/two-factor{path}" for path in ("", "/confirm", "/backup-codes", "/disable")),
    *(f"/settings/passkeys/any/{action}" for action in ("rename", "delete")),
    *(f"/settings/account/{what}" for what in ("name", "email", "password", "verification")),
    *("/settings/deletion", "/settings/deletion/keep"),
)
OF_ANYONE = (
    *("/sign-in", "/sign-up", "/sign-out", "/sign-in/code", "/forgot-password"),
    *("/reset-password/abcdefgh", "/confirm-email/a.b.c"),
)
FIELDS = {"name": "Eve", "email": "eve@example.com", "password": "correct horse", "code": "123456"}


@pytest.mark.parametrize("path", [*OF_USERS, *OF_ANYONE])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_send_it(ada: HtmlClient, path: str, site: str) -> None:
    headers = {"cookie": ada.cookie, "sec-fetch-site": site}

    assert ada.ask("POST", path, headers=headers, data=FIELDS).status == 403


@pytest.mark.parametrize("path", OF_USERS)
def test_the_page_of_another_user_cannot_send_it(ada: HtmlClient, bob: HtmlClient, path: str) -> None:
    page = ada.post(f"{path}?page_user={bob.user.id}", **FIELDS)

    assert page.status == 409
    assert "signed in with another account" in page.text


@pytest.mark.parametrize("path", OF_USERS)
def test_signed_out_it_leads_to_the_sign_in_page(signed_out: HtmlClient, path: str) -> None:
    assert signed_out.post(path, **FIELDS).to.startswith("/sign-in")


@pytest.mark.parametrize("page", ["two-factor", "deletion", "account/name", "account/password", "sessions"])
def test_its_page_says_whose_it_is_and_is_kept_nowhere(ada: HtmlClient, make: Factory, page: str) -> None:
    make.sign_in(ada.user)

    answer = ada.get(f"/settings/{page}")

    actions = [form.attributes["action"] or "" for form in answer.tree.css("main form[method=post]")]
    assert actions
    assert all(f"page_user={ada.user.id}" in action for action in actions)
    assert answer.headers["cache-control"] == "no-store"
