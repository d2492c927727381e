"""The pages for sign-up, sign-in and sign-out; Better Auth does the work."""

from typing import Any

from litestar import Controller, Response, get, post

from web.auth.agreement import NoSession
from web.auth.client import BetterAuthClient, ClientInfo
from web.auth.errors import AuthRejected, AuthUnavailable, SecondFactorRequired
from web.auth.identity import CurrentUser
from web.controllers.account_forms import errors_of, missing, rejected, signed_out_client
from web.http.auth_cookies import redirect_with_cookies, require_readable
from web.http.cookie_check import cookie_problem, cookie_to_return, ended_sentence
from web.http.dependencies import BetterAuth, FormFields, OptionalUser
from web.http.forms import AccountForm, Fields, safe_path
from web.http.request import AnyRequest, client_info
from web.http.responses import Page, Redirect, page

# Of a user with two-factor authentication.
SECOND_STEP = "/sign-in/code"
TAKEN = ("USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "USER_ALREADY_EXISTS", "FAILED_TO_CREATE_USER")
# What the sign-in page says after another page has done something.
NOTICES = {"password": "Your password was changed. Sign in with the new one."}


class AccountController(Controller):
    @get("/sign-up")
    async def new_account(self, request: AnyRequest, user: OptionalUser) -> Response[Any]:
        return _page_unless_signed_in("account/sign_up.html", request, user)

    @post("/sign-up", waits=True)
    async def sign_up(self, request: AnyRequest, fields: FormFields, better_auth: BetterAuth) -> Response[Any]:
        form = AccountForm.read(fields)
        password = fields.get("password", "")
        form.errors = errors_of(name=form.name, email=form.email, password=password)
        if refusal := _refusal(request, "account/sign_up.html", form, fields):
            return refusal
        try:
            cookies = await _sign_up_once(better_auth, signed_out_client(request), form, password)
            require_readable(request, cookies)
        except AuthRejected as rejection:
            return rejected(request, "account/sign_up.html", form, rejection)
        except SecondFactorRequired as step:
            return redirect_with_cookies(step.cookies, form.url(SECOND_STEP))
        except NoSession:
            form.problem = "Your account was created. Open the link in the message that was sent to you, then sign in."
            return page("account/sign_in.html", form=form)
        return redirect_with_cookies(cookies, form.next)

    @get("/sign-in")
    async def new_session(self, request: AnyRequest, user: OptionalUser) -> Response[Any]:
        return _page_unless_signed_in("account/sign_in.html", request, user)

    @post("/sign-in", waits=True)
    async def sign_in(self, request: AnyRequest, fields: FormFields, better_auth: BetterAuth) -> Response[Any]:
        form = AccountForm.read(fields)
        password = fields.get("password", "")
        form.errors = missing(email=form.email, password=password)
        if refusal := _refusal(request, "account/sign_in.html", form, fields):
            return refusal
        try:
            cookies = await better_auth.sign_in(signed_out_client(request), email=form.email, password=password)
            require_readable(request, cookies)
        except SecondFactorRequired as step:
            return redirect_with_cookies(step.cookies, form.url(SECOND_STEP))
        except AuthRejected as rejection:
            return rejected(request, "account/sign_in.html", form, rejection)
        return redirect_with_cookies(cookies, form.next)

    @post("/sign-out")
    async def sign_out(self, request: AnyRequest, better_auth: BetterAuth) -> Response[Any]:
        return redirect_with_cookies(await better_auth.sign_out(client_info(request.scope)), "/sign-in")


async def _sign_up_once(
    better_auth: BetterAuthClient, client: ClientInfo, form: AccountForm, password: str
) -> list[str]:
    """The same form sent twice is one sign-up: the second time signs in, if the password is the same.

    Of two that arrive together Better Auth fails one, with FAILED_TO_CREATE_USER: it is met like a taken email.
    """
    try:
        return await better_auth.sign_up(client, name=form.name, email=form.email, password=password)
    except (AuthRejected, AuthUnavailable) as refusal:
        if isinstance(refusal, AuthRejected) and refusal.code not in TAKEN:
            raise
        try:
            return await better_auth.sign_in(client, email=form.email, password=password)
        except AuthRejected:
            raise refusal from None


def _page_unless_signed_in(name: str, request: AnyRequest, user: CurrentUser | None) -> Response[Any]:
    next_path = safe_path(request.query_params.get("next", ""))
    ended = ended_sentence(request)
    notice = NOTICES.get(request.query_params.get("done", "")) or ended.sentence
    form = AccountForm(next=next_path, notice=notice, kept_notice=ended.if_kept, problem=cookie_problem(request, {}))
    return Redirect(form.next or "/") if user else _with_cookie(request, name, form, 200)


def _refusal(request: AnyRequest, name: str, form: AccountForm, fields: Fields) -> Page | None:
    """The form again, if its fields are wrong or its browser could not stay signed in."""
    if form.errors:
        return page(name, status=422, form=form)
    form.problem = cookie_problem(request, fields)
    return _with_cookie(request, name, form, 422) if form.problem else None


def _with_cookie(request: AnyRequest, name: str, form: AccountForm, status: int) -> Page:
    return page(name, status=status, form=form, headers={"Set-Cookie": cookie_to_return(request)})
