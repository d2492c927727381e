"""Passkeys in the settings: add one, rename or delete those there are. They stand beside the password.

Adding one needs a script (static/js/later/passkeys), since only a script can ask the device for a key.
"""

from typing import Any, NamedTuple

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.auth.client import BetterAuthClient
from web.auth.errors import AuthRejected
from web.auth.identity import Credentials, CurrentUser
from web.controllers.account_forms import errors_of
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import NotFound
from web.domain.text import is_blank, is_printable
from web.domain.timestamps import utc_now
from web.http.dependencies import BetterAuth, FormFields, SignedInUser
from web.http.middleware.session import credentials_of
from web.http.request import AnyRequest, client_info
from web.http.responses import Page, Redirect, Rendered, page
from web.http.unit_of_work import unit_of_work, with_index
from web.services.passkeys import Passkeys

INDEX = "/settings/passkeys"
TEMPLATE = "passkeys/index.html"
SENTENCES = {
    "added": "Added. From now on you can sign in with it.",
    "renamed": "Renamed.",
    "deleted": "Deleted here. The passkey itself can be deleted on its device.",
}


class WrongName(NamedTuple):
    """A name that was refused, and why."""

    passkey_id: str
    typed: str
    problem: str


class PasskeysController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, passkeys: Passkeys, credentials: Credentials, done: FromQuery[str] = "") -> Rendered:
        said, is_proved = SENTENCES.get(done, ""), credentials.is_proved(utc_now())
        return page(TEMPLATE, passkeys=passkeys.all(), said=said, is_proved=is_proved, wrong=None)

    @post("/{passkey_id:str}/rename")
    async def rename(
        self,
        request: AnyRequest,
        current_user: SignedInUser,
        fields: FormFields,
        better_auth: BetterAuth,
        passkey_id: FromPath[str],
    ) -> Response[Any]:
        name = fields.get("name", "").strip()
        if problem := _problem_of(name):
            wrong = WrongName(passkey_id, name, problem)
            return await with_index(request, current_user, await _refused(request, current_user, wrong))
        await _act(request, better_auth, "/passkey/update-passkey", id=passkey_id, name=name)
        return _done("renamed")

    @post("/{passkey_id:str}/delete")
    async def delete(
        self, request: AnyRequest, current_user: SignedInUser, better_auth: BetterAuth, passkey_id: FromPath[str]
    ) -> Response[Any]:
        await _act(request, better_auth, "/passkey/delete-passkey", id=passkey_id)
        request.app.state.wake_mails()
        return _done("deleted")


async def _act(request: AnyRequest, better_auth: BetterAuthClient, path: str, **fields: str) -> None:
    """Raises NotFound for another user's passkey and for one that there is not."""
    if not all(map(is_printable, fields.values())):
        raise NotFound
    try:
        await better_auth.post(path, client_info(request.scope), **fields)
    except AuthRejected as rejection:
        if rejection.status not in (401, 404):
            raise
        raise NotFound from rejection


def _problem_of(name: str) -> str:
    """Why this is no name for a passkey; empty if it is one."""
    if is_blank(name):
        return "A passkey needs a name, such as that of the device."
    return errors_of(name=name).get("name", "")


async def _refused(request: AnyRequest, user: CurrentUser, wrong: WrongName) -> Page:
    """The page with what was typed, and why it is no name. Raises NotFound where the user has no such passkey."""
    database: Database = request.app.state.database
    actor = Actor(user.id)
    passkeys = await database.run(lambda one: Passkeys(one, actor).all(), writing=False, transaction=False)
    if wrong.passkey_id not in [passkey.id for passkey in passkeys]:
        raise NotFound
    is_proved = credentials_of(request.scope).is_proved(utc_now())
    return page(TEMPLATE, status=422, passkeys=passkeys, said="", is_proved=is_proved, wrong=wrong)


def _done(result: str) -> Response[Any]:
    return Redirect(f"{INDEX}?done={result}")
