"""A proof of who the user is, before something that opens the account is made or removed: it counts for 15 minutes.

The password, a passkey, or a code of the user's app. Those of a user who has none of them: signing in again.
"""

from typing import Any

from litestar import Controller, Response, get, post

from web.auth.endpoints import checked_credential
from web.auth.identity import CurrentUser
from web.auth.session_uses import confirm
from web.controllers.account_forms import NOT_THE_CODE, changed, missing
from web.controllers.second_step import APP_CODE, written
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import NotFound
from web.domain.timestamps import utc_now
from web.http.dependencies import BetterAuth, FormFields, SignedInUser
from web.http.forms import AccountForm, safe_path
from web.http.middleware.session import credentials_of
from web.http.request import AnyRequest, client_info
from web.http.responses import Page, Redirect, page
from web.http.unit_of_work import with_index
from web.services.passkeys import Passkeys
from web.services.second_factors import SecondFactors
from web.services.sessions import Sessions

TEMPLATE = "account/confirm.html"
USED = "That code was used already. Enter the next one that your app shows."
ANOTHERS = "That is the passkey of another account. Nothing was done."


class ConfirmingController(Controller):
    path = "/settings/confirm"
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, current_user: SignedInUser) -> Response[Any]:
        form = AccountForm(next=safe_path(request.query_params.get("next", "")))
        return await with_index(request, current_user, page(TEMPLATE, form=form, **await _ways(request, current_user)))

    @post("/", waits=True)
    async def by_password(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """Wrong passwords count as those of a sign-in do."""
        form, password = AccountForm.read(fields), fields.get("current_password", "")
        form.errors = missing(current_password=password)

        async def change() -> Response[Any]:
            await better_auth.verify_password(client_info(request.scope), password)
            await _confirm(request)
            return _back(form)

        return await changed(request, current_user, TEMPLATE, form, change, **await _ways(request, current_user))

    @post("/code")
    async def by_code(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """Wrong codes count as wrong passwords do."""
        form, code = AccountForm.read(fields), written(fields.get("code", ""))
        form.errors = {} if APP_CODE.fullmatch(code) else {"code": NOT_THE_CODE}
        ways = await _ways(request, current_user)
        if not ways["has_app"]:
            raise NotFound("two-factor authentication is off")

        async def change() -> Response[Any]:
            await better_auth.post("/two-factor/verify-totp", client_info(request.scope), code=code)
            is_first = await _run(request, lambda one: SecondFactors(one, Actor(current_user.id)).use(code))
            if not is_first:
                return _wrong(form, ways, code=USED)
            await _confirm(request)
            return _back(form)

        return await changed(request, current_user, TEMPLATE, form, change, **ways)

    @post("/passkey")
    async def by_passkey(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """Better Auth knows a passkey only as a sign-in. Its session ends here, unused: the browser keeps its own."""
        form, credential = AccountForm.read(fields), checked_credential(fields.get("credential", ""))
        ways = await _ways(request, current_user)

        async def change() -> Response[Any]:
            made = await better_auth.sign_in_by_passkey(client_info(request.scope), credential)
            await _run(request, lambda one: Sessions(one, Actor(made.user_id)).discard(made.token))
            if made.user_id != current_user.id:
                form.problem = ANOTHERS
                return page(TEMPLATE, status=422, form=form, **ways)
            await _confirm(request)
            return _back(form)

        return await changed(request, current_user, TEMPLATE, form, change, **ways)


async def _ways(request: AnyRequest, user: CurrentUser) -> dict[str, Any]:
    """What this user can confirm by, beside a password."""
    actor = Actor(user.id)
    database: Database = request.app.state.database
    ways = await database.run(
        lambda one: {"has_passkey": bool(Passkeys(one, actor).all()), "has_app": SecondFactors(one, actor).is_on()},
        writing=False,
        transaction=False,
    )
    return {**ways, "sends_mail": request.app.state.settings.delivers_mail}


async def _confirm(request: AnyRequest) -> None:
    session = credentials_of(request.scope).session
    if session:
        await _run(request, lambda one: confirm(one, session.id, utc_now()))


async def _run(request: AnyRequest, work: Any) -> Any:
    database: Database = request.app.state.database
    return await database.run(work, writing=True, transaction=True)


def _back(form: AccountForm) -> Redirect:
    return Redirect(form.next or "/settings/account")


def _wrong(form: AccountForm, ways: dict[str, Any], **errors: str) -> Page:
    form.errors = errors
    return page(TEMPLATE, status=422, form=form, **ways)
