"""Two-factor authentication in the settings: turn it on with an app, get new backup codes, turn it off.

Better Auth does the work, so these are no units of work. Secret and codes are shown in the answer and never again.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from web.auth.client import AuthAnswer, AuthRejected, BetterAuthClient
from web.auth.identity import CurrentUser
from web.controllers.second_step import APP_CODE, WRONG, written
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import NotSignedIn
from web.http.auth_cookies import redirect_with_cookies
from web.http.dependencies import BetterAuth, FormFields, OptionalUser
from web.http.forms import AccountForm, Fields
from web.http.request import AnyRequest, client_info
from web.http.responses import Page, Rendered, page
from web.http.unit_of_work import unit_of_work
from web.services.second_factors import SecondFactors

INDEX = "/settings/two-factor"
SENTENCES = {
    "on": "Two-factor authentication is on. The next sign-in asks for a code.",
    "off": "Two-factor authentication is off.",
}
# By Better Auth's error codes, the field and the sentence.
MESSAGES = {
    "INVALID_PASSWORD": ("password", "Wrong password."),
    "INVALID_CODE": ("code", WRONG),
    "TOTP_ALREADY_ENABLED": ("password", "It is on already. Load this page again."),
    "TOTP_NOT_ENABLED": ("code", "Begin again, with your password."),
}


class TwoFactorController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, factors: SecondFactors, done: FromQuery[str] = "") -> Rendered:
        context = {"is_on": factors.is_on(), "said": SENTENCES.get(done, ""), "form": AccountForm()}
        return Page(context, "two_factor/index.html")

    @post("/")
    async def begin(
        self, request: AnyRequest, user: OptionalUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """It counts once a code was confirmed, so that a user whose app failed is not locked out."""
        try:
            answer = await _with_password(request, user, fields, better_auth, "/two-factor/enable")
        except AuthRejected as rejection:
            return _refused(rejection, is_on=False)
        uri = str(answer.body["totpURI"])
        context = {"uri": uri, "qr": _qr_code(uri), "key": _key(uri), "codes": answer.body["backupCodes"]}
        return page("two_factor/set_up.html", form=AccountForm(), **context)

    @post("/confirm")
    async def confirm(
        self, request: AnyRequest, user: OptionalUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        actor = Actor(_require(user).id)
        code = written(fields.get("code", ""))
        if not APP_CODE.fullmatch(code):
            return _form_with("code", WRONG, template="two_factor/confirm.html", is_on=False)
        try:
            answer = await better_auth.post("/two-factor/verify-totp", client_info(request.scope), code=code)
        except AuthRejected as rejection:
            return _refused(rejection, template="two_factor/confirm.html", is_on=False)
        database: Database = request.app.state.database
        # It must not sign in a moment later.
        await database.run(
            lambda connection: SecondFactors(connection, actor).use(code), writing=True, transaction=True
        )
        return redirect_with_cookies(answer.cookies, f"{INDEX}?done=on")

    @post("/backup-codes")
    async def renew_codes(
        self, request: AnyRequest, user: OptionalUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        try:
            answer = await _with_password(request, user, fields, better_auth, "/two-factor/generate-backup-codes")
        except AuthRejected as rejection:
            return _refused(rejection, is_on=await _is_on(request, user))
        return page("two_factor/codes.html", codes=answer.body["backupCodes"])

    @post("/disable")
    async def disable(
        self, request: AnyRequest, user: OptionalUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        try:
            answer = await _with_password(request, user, fields, better_auth, "/two-factor/disable")
        except AuthRejected as rejection:
            return _refused(rejection, is_on=await _is_on(request, user))
        return redirect_with_cookies(answer.cookies, f"{INDEX}?done=off")


async def _with_password(
    request: AnyRequest, user: CurrentUser | None, fields: Fields, better_auth: BetterAuthClient, path: str
) -> AuthAnswer:
    """Call an endpoint that wants the password. Raises NotSignedIn, and as `BetterAuthClient.post`."""
    _require(user)
    return await better_auth.post(path, client_info(request.scope), password=fields.get("password", ""))


def _require(user: CurrentUser | None) -> CurrentUser:
    if user is None:
        raise NotSignedIn
    return user


async def _is_on(request: AnyRequest, user: CurrentUser | None) -> bool:
    actor = Actor(_require(user).id)
    return await _database(request).run(
        lambda connection: SecondFactors(connection, actor).is_on(), writing=False, transaction=False
    )


def _database(request: AnyRequest) -> Database:
    database: Database = request.app.state.database
    return database


def _refused(rejection: AuthRejected, *, is_on: bool, template: str = "two_factor/index.html") -> Page:
    if rejection.status == 429:
        wait = rejection.wait_seconds or 10
        return _form_with("password", f"Too many attempts. Wait {wait} seconds.", is_on=is_on, status=429)
    name, sentence = MESSAGES.get(rejection.code, ("password", "This was not accepted. Load this page again."))
    return _form_with(name, sentence, template=template, is_on=is_on)


def _form_with(
    name: str, sentence: str, *, is_on: bool, template: str = "two_factor/index.html", status: int = 422
) -> Page:
    return page(template, status=status, form=AccountForm(errors={name: sentence}), is_on=is_on)


def _qr_code(uri: str) -> str:
    """A picture as a `data:` address: the policy allows no other that is not a file of ours."""
    import segno

    return segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, light="white", border=3)


def _key(uri: str) -> str:
    """The secret, in groups of four to be typed into an app."""
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
