"""The user's account in the settings: what it has, and a page for each change. Better Auth makes the changes."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from web.auth.client import AuthRejected
from web.auth.identity import CurrentUser
from web.controllers.account import errors_of, rejected
from web.domain.errors import NotSignedIn
from web.http.auth_cookies import redirect_with_cookies
from web.http.dependencies import BetterAuth, FormFields, OptionalUser
from web.http.forms import AccountForm
from web.http.request import AnyRequest, SendsAccountMail, client_info
from web.http.responses import Page, Redirect, Rendered, page
from web.http.unit_of_work import unit_of_work, with_index

INDEX = "/settings/account"
NAME, EMAIL, PASSWORD = (f"account/change_{what}.html" for what in ("name", "email", "password"))
# By what was done.
SENTENCES = {
    "name": "Your name was changed.",
    "email": "A message is on its way. The address changes once you follow its link.",
    "password": "Your password was changed, and your other browsers are signed out.",
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
        self, request: AnyRequest, user: OptionalUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        form = AccountForm.read(fields)
        form.errors = errors_of(name=form.name)

        async def change() -> Response[Any]:
            await better_auth.change_name(client_info(request.scope), form.name)
            return _done("name")

        return await _changed(request, user, NAME, form, change)

    @get("/email")
    @unit_of_work
    def email_form(self, mail: SendsAccountMail) -> Rendered:
        return page(EMAIL, form=AccountForm(), sends_mail=mail)

    @post("/email")
    async def change_email(
        self, request: AnyRequest, user: OptionalUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """The answer is the same for an address that another user has."""
        form, password = AccountForm.read(fields), fields.get("current_password", "")
        form.errors = errors_of(email=form.email, current_password=password)
        if user and form.email.lower() == user.email:
            form.errors = {"email": SAME_EMAIL}

        async def change() -> Response[Any]:
            await better_auth.change_email(client_info(request.scope), email=form.email, password=password)
            return _done("email")

        return await _changed(request, user, EMAIL, form, change)

    @get("/password")
    @unit_of_work
    def password_form(self) -> Rendered:
        return page(PASSWORD, form=AccountForm())

    @post("/password")
    async def change_password(
        self, request: AnyRequest, user: OptionalUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """Ends all other sessions of the user."""
        form, current, new = AccountForm(), fields.get("current_password", ""), fields.get("password", "")
        form.errors = errors_of(current_password=current, password=new)

        async def change() -> Response[Any]:
            cookies = await better_auth.change_password(client_info(request.scope), current=current, new=new)
            return redirect_with_cookies(cookies, f"{INDEX}?done=password")

        return await _changed(request, user, PASSWORD, form, change)

    @post("/verification")
    async def send_verification(
        self, request: AnyRequest, user: OptionalUser, better_auth: BetterAuth
    ) -> Response[Any]:
        if user is None:
            raise NotSignedIn
        try:
            await better_auth.ask_for_verification(client_info(request.scope), user.email)
        except AuthRejected as rejection:
            if rejection.code == VERIFIED:
                return _done("verified")
            if rejection.status == 429:
                return _done("later")
            raise
        request.app.state.wake_mails()
        return _done("verification")


async def _changed(
    request: AnyRequest,
    user: CurrentUser | None,
    name: str,
    form: AccountForm,
    change: Callable[[], Awaitable[Response[Any]]],
) -> Response[Any]:
    """The answer to `change`, or the form again with what is wrong. Raises NotSignedIn."""
    if user is None:
        raise NotSignedIn
    answer: Response[Any]
    if form.errors:
        answer = page(name, status=422, form=form, sends_mail=True)
    else:
        try:
            answer = await change()
            request.app.state.wake_mails()
        except AuthRejected as rejection:
            answer = rejected(request, name, form, rejection, sends_mail=True)
    return await with_index(request, user, answer) if isinstance(answer, Page) else answer


def _done(what: str) -> Redirect:
    return Redirect(f"{INDEX}?done={what}")
