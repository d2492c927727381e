"""The user's account in the settings: what it has, and a page for each change. Better Auth makes the changes."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from web.auth.errors import AuthRejected
from web.controllers.account_forms import changed, errors_of
from web.http.auth_cookies import redirect_with_cookies
from web.http.dependencies import BetterAuth, FormFields, SignedInUser
from web.http.forms import AccountForm
from web.http.request import AnyRequest, SendsAccountMail, client_info
from web.http.responses import Redirect, Rendered, page
from web.http.unit_of_work import unit_of_work

INDEX = "/settings/account"
NAME, EMAIL, PASSWORD = (f"account/change_{what}.html" for what in ("name", "email", "password"))
# By what was done.
SENTENCES = {
    "name": "Your name was changed.",
    # No link is sent to an address that another user has, and the sentence is the same for one that is free.
    "email": "A link is on its way to your present address, and another one to the new address once you have followed "
    "it. There is none if another account has the new address.",
    "first-email": "A link is on its way to the new address. You sign in with that address once you have followed the "
    "link. There is none if another account has the address.",
    "password": "Your password was changed, and your other browsers are signed out.",
    "kept": "Your account is kept, with everything in it.",
    "verification": "A link to confirm your address is on its way. It works for an hour.",
    "verified": "Your address is confirmed already.",
    "later": "Too many messages were asked for. Wait a minute and try again.",
}
# Better Auth's answer to a second confirmation.
VERIFIED = "EMAIL_ALREADY_VERIFIED"
# An address that is the present one has no code.
SAME_EMAIL = "This is your address already."


class AccountSettingsController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def show(self, mail: SendsAccountMail, done: FromQuery[str] = "") -> Rendered:
        return page("account/settings.html", sends_mail=mail, said=SENTENCES.get(done, ""))

    @get("/name")
    @unit_of_work
    def name_form(self) -> Rendered:
        return page(NAME, form=AccountForm())

    @post("/name")
    async def change_name(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        form = AccountForm.read(fields)
        form.errors = errors_of(name=form.name)

        async def change() -> Response[Any]:
            await better_auth.change_name(client_info(request.scope), form.name)
            return _done("name")

        return await changed(request, current_user, NAME, form, change)

    @get("/email")
    @unit_of_work
    def email_form(self, mail: SendsAccountMail) -> Rendered:
        return page(EMAIL, form=AccountForm(), sends_mail=mail)

    @post("/email", waits=True)
    async def change_email(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """The answer is the same for an address that another user has."""
        form, password = AccountForm.read(fields), fields.get("current_password", "")
        form.errors = errors_of(email=form.email, current_password=password)
        if form.email.lower() == current_user.email:
            form.errors = {"email": SAME_EMAIL}

        async def change() -> Response[Any]:
            await better_auth.change_email(client_info(request.scope), email=form.email, password=password)
            return _done("email" if current_user.email_verified else "first-email")

        return await changed(request, current_user, EMAIL, form, change, sends_mail=True)

    @get("/password")
    @unit_of_work
    def password_form(self) -> Rendered:
        return page(PASSWORD, form=AccountForm())

    @post("/password", waits=True)
    async def change_password(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """Ends all other sessions of the user."""
        form, current, new = AccountForm(), fields.get("current_password", ""), fields.get("password", "")
        form.errors = errors_of(current_password=current, password=new)

        async def change() -> Response[Any]:
            cookies = await better_auth.change_password(client_info(request.scope), current=current, new=new)
            return redirect_with_cookies(cookies, f"{INDEX}?done=password")

        return await changed(request, current_user, PASSWORD, form, change)

    @post("/verification")
    async def send_verification(
        self, request: AnyRequest, current_user: SignedInUser, better_auth: BetterAuth
    ) -> Response[Any]:
        try:
            await better_auth.ask_for_verification(client_info(request.scope), current_user.email)
        except AuthRejected as rejection:
            if rejection.code == VERIFIED:
                return _done("verified")
            if rejection.is_too_many:
                return _done("later")
            raise
        request.app.state.wake_mails()
        return _done("verification")


def _done(what: str) -> Redirect:
    return Redirect(f"{INDEX}?done={what}")
