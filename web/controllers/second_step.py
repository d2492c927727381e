"""The second step of signing in with two-factor authentication: a code of the user's app, or a backup code."""

import re
from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get, post

from web.auth.client import AuthAnswer, BetterAuthClient, ClientInfo
from web.auth.cookie import values_of
from web.auth.errors import AuthRejected
from web.controllers.account_forms import rejected
from web.db.database import Database
from web.domain.actor import Actor
from web.http.auth_cookies import redirect_with_cookies, require_readable
from web.http.dependencies import BetterAuth, FormFields
from web.http.forms import AccountForm, safe_path
from web.http.request import AnyRequest, client_info
from web.http.responses import Page, Redirect, page
from web.services.second_factors import SecondFactors
from web.settings import Settings

TEMPLATE = "account/code.html"
APP_CODE = re.compile(r"\d{6}", re.ASCII)
WRONG_CODE = "That code is not right. Enter the one that your app shows now, or a backup code."
USED = "That code was used already. Sign in again with the next one."
# By Better Auth's error codes, why the sign-in starts again.
OVER = {
    "INVALID_TWO_FACTOR_COOKIE": "That took too long. Sign in again.",
    "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE": "Too many wrong codes. Sign in again.",
    "ACCOUNT_DISABLED": "This account is disabled. Ask the operator of this Daybook.",
    "ACCOUNT_TEMPORARILY_LOCKED": "Too many wrong codes. Wait 15 minutes, then sign in again.",
}


class SecondStepController(Controller):
    path = "/sign-in/code"
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest) -> Response[Any]:
        form = AccountForm(next=safe_path(request.query_params.get("next", "")))
        return page(TEMPLATE, form=form) if _step_cookie(request) else Redirect(form.url("/sign-in"))

    @post("/")
    async def check(self, request: AnyRequest, fields: FormFields, better_auth: BetterAuth) -> Response[Any]:
        form = AccountForm.read(fields)
        code = written(fields.get("code", ""))
        try:
            answer = await _verify(better_auth, _client(request), code)
        except AuthRejected as rejection:
            return _rejected(request, form, rejection)
        require_readable(request, answer.cookies)
        if APP_CODE.fullmatch(code) and not await _is_first_use(request, answer, code):
            return _over(form, USED)
        return redirect_with_cookies(answer.cookies, form.next)


async def _verify(better_auth: BetterAuthClient, client: ClientInfo, code: str) -> AuthAnswer:
    """Six digits are a code of an app, all else is a backup code. Raises as `BetterAuthClient.post`."""
    path = "/two-factor/verify-totp" if APP_CODE.fullmatch(code) else "/two-factor/verify-backup-code"
    return await better_auth.post(path, client, code=code)


async def _is_first_use(request: AnyRequest, answer: AuthAnswer, code: str) -> bool:
    """Better Auth takes a code as often as it comes while it is valid. Of a second use the new session ends here."""
    database: Database = request.app.state.database
    actor = Actor(str(answer.body["user"]["id"]))
    token = str(answer.body["token"])
    return await database.run(
        lambda connection: SecondFactors(connection, actor).use_or_end(code, token), writing=True, transaction=True
    )


def written(typed: str) -> str:
    """A code as Better Auth writes it: `123456`, or `aB3dE-fG5hI` of a backup code."""
    code = re.sub(r"[\s-]", "", typed, flags=re.ASCII)
    return code if APP_CODE.fullmatch(code) else f"{code[:5]}-{code[5:]}"


def _rejected(request: AnyRequest, form: AccountForm, rejection: AuthRejected) -> Page:
    if rejection.code in OVER:
        return _over(form, OVER[rejection.code])
    if rejection.is_too_many:
        return rejected(request, TEMPLATE, form, rejection)
    form.errors = {"code": WRONG_CODE}
    return page(TEMPLATE, status=422, form=form)


def _over(form: AccountForm, problem: str) -> Page:
    form.problem = problem
    return page("account/sign_in.html", status=422, form=form)


def _client(request: AnyRequest) -> ClientInfo:
    """Without a session cookie, whose user would be asked for the code instead."""
    client = client_info(request.scope)
    return replace(client, cookies="; ".join(f"{_cookie_name(request)}={value}" for value in _step_cookie(request)))


def _step_cookie(request: AnyRequest) -> list[str]:
    """The cookie of a sign-in whose password was right."""
    return values_of(_cookie_name(request), client_info(request.scope).cookies)


def _cookie_name(request: AnyRequest) -> str:
    settings: Settings = request.app.state.settings
    return settings.session_cookie.removesuffix("session_token") + "two_factor"
