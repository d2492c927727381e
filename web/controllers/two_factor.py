"""Two-factor authentication in the settings: turn it on with an app, get new backup codes, turn it off.

Better Auth does the work, so these are no units of work. Secret and codes are shown in the answer and never again.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from web.controllers.account_forms import NOT_THE_CODE, changed, missing
from web.controllers.second_step import APP_CODE, written
from web.db.database import Database
from web.domain.actor import Actor
from web.http.auth_cookies import redirect_with_cookies
from web.http.dependencies import BetterAuth, FormFields, SignedInUser
from web.http.forms import AccountForm, Fields
from web.http.request import AnyRequest, client_info
from web.http.responses import Rendered, page
from web.http.unit_of_work import unit_of_work
from web.services.second_factors import SecondFactors

INDEX = "/settings/two-factor"
SENTENCES = {
    "on": "Two-factor authentication is on. The next sign-in asks for a code.",
    "off": "Two-factor authentication is off.",
}
TEMPLATE, CONFIRM = "two_factor/index.html", "two_factor/confirm.html"


class TwoFactorController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, factors: SecondFactors, done: FromQuery[str] = "") -> Rendered:
        return page(TEMPLATE, is_on=factors.is_on(), said=SENTENCES.get(done, ""), form=AccountForm())

    @post("/", waits=True)
    async def begin(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """It counts once a code was confirmed, so that a user whose app failed is not locked out."""
        password, form = _password_form(fields)

        async def change() -> Response[Any]:
            answer = await better_auth.post("/two-factor/enable", client_info(request.scope), password=password)
            uri = str(answer.body["totpURI"])
            context = {"uri": uri, "qr": _qr_code(uri), "key": _key(uri), "codes": answer.body["backupCodes"]}
            return page("two_factor/set_up.html", form=AccountForm(), **context)

        return await changed(request, current_user, TEMPLATE, form, change, is_on=False)

    @post("/confirm")
    async def confirm(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        code, form = written(fields.get("code", "")), AccountForm()
        form.errors = {} if APP_CODE.fullmatch(code) else {"code": NOT_THE_CODE}

        async def change() -> Response[Any]:
            answer = await better_auth.post("/two-factor/verify-totp", client_info(request.scope), code=code)
            # It must not sign in a moment later.
            await _use(request, Actor(current_user.id), code)
            return redirect_with_cookies(answer.cookies, f"{INDEX}?done=on")

        return await changed(request, current_user, CONFIRM, form, change)

    @post("/backup-codes", waits=True)
    async def renew_codes(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        password, form = _password_form(fields)

        async def change() -> Response[Any]:
            path = "/two-factor/generate-backup-codes"
            answer = await better_auth.post(path, client_info(request.scope), password=password)
            return page("two_factor/codes.html", codes=answer.body["backupCodes"])

        is_on = await _is_on(request, Actor(current_user.id))
        return await changed(request, current_user, TEMPLATE, form, change, is_on=is_on)

    @post("/disable", waits=True)
    async def disable(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        password, form = _password_form(fields)

        async def change() -> Response[Any]:
            answer = await better_auth.post("/two-factor/disable", client_info(request.scope), password=password)
            return redirect_with_cookies(answer.cookies, f"{INDEX}?done=off")

        is_on = await _is_on(request, Actor(current_user.id))
        return await changed(request, current_user, TEMPLATE, form, change, is_on=is_on)


def _password_form(fields: Fields) -> tuple[str, AccountForm]:
    """The password as typed, and the form with the sentence for an empty one."""
    password = fields.get("current_password", "")
    return password, AccountForm(errors=missing(current_password=password))


async def _is_on(request: AnyRequest, actor: Actor) -> bool:
    database: Database = request.app.state.database
    return await database.run(
        lambda connection: SecondFactors(connection, actor).is_on(), writing=False, transaction=False
    )


async def _use(request: AnyRequest, actor: Actor, code: str) -> None:
    database: Database = request.app.state.database
    await database.run(lambda connection: SecondFactors(connection, actor).use(code), writing=True, transaction=True)


def _qr_code(uri: str) -> str:
    """A picture as a `data:` address: the policy allows no other that is not a file of ours."""
    import segno

    return segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, light="white", border=3)


def _key(uri: str) -> str:
    """The secret, in groups of four to be typed into an app."""
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
