"""The pages for sign-up, sign-in and sign-out; Better Auth does the work."""

import logging
import re
from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get, post

from web.auth.agreement import UNTRUSTED_ORIGIN, AuthMisconfigured, NoSession
from web.auth.client import AuthRejected, AuthUnavailable, BetterAuthClient, ClientInfo, SecondFactorRequired
from web.auth.endpoints import MAX_EMAIL, MAX_NAME
from web.auth.identity import CurrentUser
from web.domain.text import is_blank, is_printable
from web.http.auth_cookies import redirect_with_cookies, require_readable
from web.http.cookie_check import cookie_problem, cookie_to_return, ended_sentence
from web.http.dependencies import BetterAuth, FormFields, OptionalUser
from web.http.error_answers import too_many_attempts_sentence
from web.http.forms import AccountForm, Fields, safe_path
from web.http.request import AnyRequest, client_info
from web.http.responses import Page, Redirect, page

log = logging.getLogger("daybook.auth")
# Of a user with a second factor.
SECOND_STEP = "/sign-in/code"
# Better Auth's own limits.
MIN_PASSWORD, MAX_PASSWORD = 8, 128
# What no email address lacks; Better Auth decides about the rest.
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TAKEN = ("USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "USER_ALREADY_EXISTS", "FAILED_TO_CREATE_USER")
# For each of Better Auth's error codes, the field it is about (empty: the whole form) and the message.
MESSAGES = {
    "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL": ("email", "An account with this email already exists. Sign in instead."),
    "USER_ALREADY_EXISTS": ("email", "An account with this email already exists. Sign in instead."),
    # The email is the only field that Better Auth validates.
    "VALIDATION_ERROR": ("email", "Enter an email address, such as ada@example.com."),
    "INVALID_EMAIL": ("email", "Enter an email address, such as ada@example.com."),
    "PASSWORD_TOO_SHORT": ("password", "Use at least 8 characters."),
    "PASSWORD_TOO_LONG": ("password", "Use at most 128 characters."),
    "PASSWORD_TOO_COMMON": ("password", "Many people use this password, so it is guessed first. Choose another one."),
    "INVALID_EMAIL_OR_PASSWORD": ("", "Wrong email or password."),
    "INVALID_PASSWORD": ("current_password", "That is not your present password."),
    "ACCOUNT_DISABLED": ("", "This account is disabled. Ask the operator of this Daybook."),
    "EMAIL_NOT_VERIFIED": ("", "Open the link in the message that was sent to you, then sign in."),
}
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
        form.errors = _missing(email=form.email, password=password)
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


def signed_out_client(request: AnyRequest) -> ClientInfo:
    """Do not forward existing cookies when signing in or up."""
    return replace(client_info(request.scope), cookies="")


def _page_unless_signed_in(name: str, request: AnyRequest, user: CurrentUser | None) -> Response[Any]:
    next_path = safe_path(request.query_params.get("next", ""))
    notice = NOTICES.get(request.query_params.get("done", "")) or ended_sentence(request)
    form = AccountForm(next=next_path, notice=notice, problem=cookie_problem(request, {}))
    return Redirect(form.next or "/") if user else _with_cookie(request, name, form, 200)


def _refusal(request: AnyRequest, name: str, form: AccountForm, fields: Fields) -> Page | None:
    """The form again, if its fields are wrong or its browser could not stay signed in."""
    if form.errors:
        return page(name, status=422, form=form)
    form.problem = cookie_problem(request, fields)
    return _with_cookie(request, name, form, 422) if form.problem else None


def _with_cookie(request: AnyRequest, name: str, form: AccountForm, status: int) -> Page:
    return page(name, status=status, form=form, headers={"Set-Cookie": cookie_to_return(request)})


def _missing(**values: str) -> dict[str, str]:
    messages = {
        "name": "Enter your name.",
        "email": "Enter your email address.",
        "password": "Enter your password.",
        "current_password": "Enter your present password.",
    }
    return {name: messages[name] for name, value in values.items() if is_blank(value)}


def errors_of(**values: str) -> dict[str, str]:
    """Everything that is wrong with these of name, email and password, at once.

    Better Auth reports one field at a time, and some without saying why.
    """
    errors = _missing(**values)
    if "email" in values and not EMAIL.fullmatch(values["email"]):
        errors.setdefault("email", MESSAGES["INVALID_EMAIL"][1])
    # As JavaScript counts, in UTF-16 code units.
    length = len(values.get("password", " " * MIN_PASSWORD).encode("utf-16-le", "surrogatepass")) // 2
    if not MIN_PASSWORD <= length <= MAX_PASSWORD:
        code = "PASSWORD_TOO_SHORT" if length < MIN_PASSWORD else "PASSWORD_TOO_LONG"
        errors.setdefault("password", MESSAGES[code][1])
    for name, limit in (("name", MAX_NAME), ("email", MAX_EMAIL)):
        value = values.get(name, "")
        if not is_printable(value):
            errors.setdefault(name, "Remove the control characters.")
        if len(value) > limit:
            errors.setdefault(name, f"{name.title()}s can be up to {limit} characters (this one is {len(value):,}).")
    return errors


def rejected(request: AnyRequest, name: str, form: AccountForm, rejection: AuthRejected, **context: Any) -> Page:
    """The page with the form and the reason. Raises AuthMisconfigured where not the user is the reason."""
    if rejection.code in UNTRUSTED_ORIGIN:
        raise AuthMisconfigured(
            f"Better Auth answered {rejection.code}: its baseURL or trustedOrigins must have APP_URL, "
            f"{request.app.state.settings.app_url}."
        )
    log.warning("%s was refused: %s", request.scope["path"], rejection.code or rejection.status)
    if rejection.status == 429:
        wait = str(rejection.wait_seconds or 10)
        form.problem = too_many_attempts_sentence(int(wait))
        return page(name, status=429, form=form, headers={"Retry-After": wait}, **context)
    field, sentence = MESSAGES.get(rejection.code, ("", "Your details were not accepted. Check them and try again."))
    if field:
        form.errors = {field: sentence}
    else:
        form.problem = sentence
    return page(name, status=422, form=form, **context)
