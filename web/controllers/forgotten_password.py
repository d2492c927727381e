"""The pages of a user who forgot the password: ask for a link, and choose a new password where it leads."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from web.auth.errors import AuthRejected
from web.controllers.account_forms import errors_of, rejected, signed_out_client
from web.domain.errors import NotFound
from web.http.dependencies import BetterAuth, FormFields
from web.http.forms import AccountForm
from web.http.request import RESET, AnyRequest
from web.http.responses import Page, Redirect, page

ASK, CHOOSE = "account/forgot_password.html", "account/reset_password.html"
# Better Auth's codes where no link can be sent, and where one no longer works.
NO_MAIL, EXPIRED = "RESET_PASSWORD_DISABLED", ("INVALID_TOKEN", "USER_NOT_FOUND")
LONGEST_TOKEN = 200


class ForgottenPasswordController(Controller):
    include_in_schema = False

    @get("/forgot-password", public=True)
    async def new(self, request: AnyRequest) -> Page:
        return page(ASK, form=AccountForm(), sends_mail=request.app.state.settings.delivers_mail, is_sent=False)

    @post("/forgot-password", public=True)
    async def ask(self, request: AnyRequest, fields: FormFields, better_auth: BetterAuth) -> Page:
        """The answer is the same for every address, with an account or without."""
        form = AccountForm.read(fields)
        form.errors = errors_of(email=form.email)
        if form.errors:
            return page(ASK, status=422, form=form, sends_mail=True, is_sent=False)
        try:
            await better_auth.ask_for_reset(signed_out_client(request), form.email)
        except AuthRejected as rejection:
            if rejection.code == NO_MAIL:
                return page(ASK, form=form, sends_mail=False, is_sent=False)
            return rejected(request, ASK, form, rejection, sends_mail=True, is_sent=False)
        request.app.state.wake_mails()
        return page(ASK, form=form, sends_mail=True, is_sent=True)

    @get(RESET + "{token:str}", public=True)
    async def new_password(self, request: AnyRequest, token: FromPath[str], better_auth: BetterAuth) -> Page:
        if not await better_auth.may_reset(signed_out_client(request), _checked(token)):
            return _expired()
        return page(CHOOSE, form=AccountForm(), token=token, is_expired=False)

    @post(RESET + "{token:str}", public=True, waits=True)
    async def choose(
        self, request: AnyRequest, token: FromPath[str], fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """Ends all sessions of the user: the new password has to be entered where they were."""
        form, password = AccountForm(), fields.get("password", "")
        form.errors = errors_of(password=password)
        if form.errors:
            return page(CHOOSE, status=422, form=form, token=token, is_expired=False)
        try:
            await better_auth.reset_password(signed_out_client(request), token=_checked(token), password=password)
        except AuthRejected as rejection:
            if rejection.code in EXPIRED:
                return _expired()
            return rejected(request, CHOOSE, form, rejection, token=token, is_expired=False)
        request.app.state.wake_mails()
        return Redirect("/sign-in?done=password")

    @get("/.well-known/change-password", public=True)
    async def where(self) -> Redirect:
        """For password managers (https://w3c.github.io/webappsec-change-password-url/)."""
        return Redirect("/settings/account/password")


def _checked(token: str) -> str:
    """Raises NotFound for what is no token: it becomes a part of a path."""
    if len(token) > LONGEST_TOKEN or not (token.isascii() and token.isalnum()):
        raise NotFound("No token of a link of ours")
    return token


def _expired() -> Page:
    return page(CHOOSE, status=410, form=AccountForm(), token="", is_expired=True)
