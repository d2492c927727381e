"""The password once more, before something that opens the account is made or removed: for 15 minutes."""

from typing import Any

from litestar import Controller, Response, get, post

from web.auth.session_uses import confirm
from web.controllers.account_forms import changed, missing
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.http.dependencies import BetterAuth, FormFields, SignedInUser
from web.http.forms import AccountForm, safe_path
from web.http.middleware.session import credentials_of
from web.http.request import AnyRequest, client_info
from web.http.responses import Redirect, page
from web.http.unit_of_work import with_index

TEMPLATE = "account/confirm.html"


class ConfirmingController(Controller):
    path = "/settings/confirm"
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, current_user: SignedInUser) -> Response[Any]:
        form = AccountForm(next=safe_path(request.query_params.get("next", "")))
        return await with_index(request, current_user, page(TEMPLATE, form=form))

    @post("/", waits=True)
    async def check(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """Wrong passwords count as those of a sign-in do."""
        form, password = AccountForm.read(fields), fields.get("current_password", "")
        form.errors = missing(current_password=password)

        async def change() -> Response[Any]:
            await better_auth.verify_password(client_info(request.scope), password)
            await _confirm(request)
            return Redirect(form.next or "/settings/account")

        return await changed(request, current_user, TEMPLATE, form, change)


async def _confirm(request: AnyRequest) -> None:
    database: Database = request.app.state.database
    session = credentials_of(request.scope).session
    if session:
        await database.run(lambda one: confirm(one, session.id, utc_now()), writing=True, transaction=True)
