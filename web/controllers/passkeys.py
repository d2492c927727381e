"""Passkeys in the settings: add one, rename or delete those there are. They stand beside the password.

Adding one needs a script (static/js/later/passkeys), since only a script can ask the device for a key.
"""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.auth.client import BetterAuthClient
from web.auth.errors import AuthRejected
from web.auth.identity import Credentials
from web.domain.errors import NotFound
from web.domain.text import is_blank, is_printable
from web.domain.timestamps import utc_now
from web.http.dependencies import BetterAuth, FormFields, SignedInUser
from web.http.request import AnyRequest, client_info
from web.http.responses import Redirect, Rendered, page
from web.http.unit_of_work import unit_of_work
from web.services.passkeys import Passkeys

INDEX = "/settings/passkeys"
MAX_NAME = 100
SENTENCES = {
    "added": "Added. From now on you can sign in with it.",
    "renamed": "Renamed.",
    "unnamed": "A passkey needs a name of up to 100 characters.",
    "deleted": "Deleted here. The passkey itself can be deleted on its device.",
}


class PasskeysController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, passkeys: Passkeys, credentials: Credentials, done: FromQuery[str] = "") -> Rendered:
        said, is_proved = SENTENCES.get(done, ""), credentials.is_proved(utc_now())
        return page("passkeys/index.html", passkeys=passkeys.all(), said=said, is_proved=is_proved)

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
        if is_blank(name) or not is_printable(name) or len(name) > MAX_NAME:
            return _done("unnamed")
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


def _done(result: str) -> Response[Any]:
    return Redirect(f"{INDEX}?done={result}")
