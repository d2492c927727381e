"""Sign-up, sign-in and sign-out: our pages in front, Better Auth behind."""

from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Redirect

from web.auth.client import AuthRejected, BetterAuthClient, ClientInfo
from web.auth.identity import CurrentUser
from web.domain.text import is_blank, is_printable
from web.http.dependencies import BetterAuth, FormFields, OptionalUser
from web.http.forms import AccountForm, safe_path
from web.http.request import AnyRequest, client_info
from web.http.responses import Answer, RawResponse, page

LONGEST_NAME = 100
LONGEST_EMAIL = 255
TAKEN = ("USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "USER_ALREADY_EXISTS", "FAILED_TO_CREATE_USER")
# Better Auth's codes, in our words: the field that is wrong and what to do about it.
WORDS = {
    "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL": ("email", "This email has an account already. Sign in instead."),
    "USER_ALREADY_EXISTS": ("email", "This email has an account already. Sign in instead."),
    # The email is the only field whose form it judges.
    "VALIDATION_ERROR": ("email", "Write an email address, such as ada@example.com."),
    "INVALID_EMAIL": ("email", "Write an email address, such as ada@example.com."),
    "PASSWORD_TOO_SHORT": ("password", "Use at least 8 characters."),
    "PASSWORD_TOO_LONG": ("password", "Use at most 128 characters."),
    "INVALID_EMAIL_OR_PASSWORD": ("", "The email or the password is wrong."),
}


class AccountController(Controller):
    @get("/sign-up")
    async def new_account(self, request: AnyRequest, user: OptionalUser) -> Response[Any]:
        return _page_or_on("account/sign_up.html", request, user)

    @post("/sign-up")
    async def sign_up(self, request: AnyRequest, fields: FormFields, better_auth: BetterAuth) -> Response[Any]:
        form = AccountForm.read(fields)
        password = fields.get("password", "")
        form.errors = _mistakes(form, password)
        if form.errors:
            return page("account/sign_up.html", status=422, form=form)
        try:
            cookies = await _sign_up_once(better_auth, _without_cookies(request), form, password)
        except AuthRejected as refusal:
            return _refused("account/sign_up.html", form, refusal)
        return _on_with(cookies, form.next)

    @get("/sign-in")
    async def new_session(self, request: AnyRequest, user: OptionalUser) -> Response[Any]:
        return _page_or_on("account/sign_in.html", request, user)

    @post("/sign-in")
    async def sign_in(self, request: AnyRequest, fields: FormFields, better_auth: BetterAuth) -> Response[Any]:
        form = AccountForm.read(fields)
        password = fields.get("password", "")
        form.errors = _missing(email=form.email, password=password)
        if form.errors:
            return page("account/sign_in.html", status=422, form=form)
        try:
            cookies = await better_auth.sign_in(_without_cookies(request), email=form.email, password=password)
        except AuthRejected as refusal:
            return _refused("account/sign_in.html", form, refusal)
        return _on_with(cookies, form.next)

    @post("/sign-out")
    async def sign_out(self, request: AnyRequest, better_auth: BetterAuth) -> Response[Any]:
        return _on_with(await better_auth.sign_out(client_info(request.scope)), "/sign-in")


async def _sign_up_once(
    better_auth: BetterAuthClient, client: ClientInfo, form: AccountForm, password: str
) -> list[str]:
    """The same form sent twice is one sign-up: the second time signs in, if the password is the same."""
    try:
        return await better_auth.sign_up(client, name=form.name, email=form.email, password=password)
    except AuthRejected as refusal:
        if refusal.code not in TAKEN:
            raise
        try:
            return await better_auth.sign_in(client, email=form.email, password=password)
        except AuthRejected:
            raise refusal from None


def _without_cookies(request: AnyRequest) -> ClientInfo:
    """Whoever signs in is nobody yet: no cookie of an earlier user goes along."""
    return replace(client_info(request.scope), cookies="")


def _page_or_on(name: str, request: AnyRequest, user: CurrentUser | None) -> Response[Any]:
    form = AccountForm(next=safe_path(request.query_params.get("next", "")))
    return Redirect(form.next or "/tasks", status_code=303) if user else page(name, form=form)


def _on_with(cookies: list[str], address: str) -> RawResponse:
    """Onwards, with Better Auth's cookies: each stays a header of its own."""
    headers = [("location", address or "/tasks"), *(("set-cookie", cookie) for cookie in cookies)]
    return RawResponse(status=303, headers=headers)


def _missing(**typed: str) -> dict[str, str]:
    asked = {"name": "Write your name.", "email": "Write your email address.", "password": "Write your password."}
    return {name: asked[name] for name, value in typed.items() if is_blank(value)}


def _mistakes(form: AccountForm, password: str) -> dict[str, str]:
    """What Better Auth would take and should not, or would refuse without saying why."""
    errors = _missing(name=form.name, email=form.email, password=password)
    for name, value, longest in (("name", form.name, LONGEST_NAME), ("email", form.email, LONGEST_EMAIL)):
        if not is_printable(value):
            errors.setdefault(name, "Take out the control characters.")
        if len(value) > longest:
            errors.setdefault(name, f"Keep it to {longest} characters; this one has {len(value):,}.")
    return errors


def _refused(name: str, form: AccountForm, refusal: AuthRejected) -> Answer:
    if refusal.status == 429:
        form.problem = f"Too many tries. Wait {refusal.wait_seconds or 10} seconds, then try again."
        return page(name, status=429, form=form, headers={"Retry-After": str(refusal.wait_seconds or 10)})
    field, sentence = WORDS.get(refusal.code, ("", "That was not accepted. Check what you typed, and try again."))
    if field:
        form.errors = {field: sentence}
    else:
        form.problem = sentence
    return page(name, status=422, form=form)
