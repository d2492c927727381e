"""Deleting one's account: asked for with the password, taken back for two weeks."""

from typing import Any

from litestar import Controller, Response, get, post

from web.controllers.account_forms import changed, missing
from web.db.database import Database
from web.domain.actor import Actor
from web.http.cookie_check import cookie_to_return
from web.http.dependencies import BetterAuth, FormFields, SignedInUser
from web.http.forms import AccountForm
from web.http.request import AnyRequest, client_info
from web.http.responses import NewPage, Redirect, Rendered, page
from web.http.unit_of_work import unit_of_work
from web.services.closing import Deletion

TEMPLATE = "deletion/index.html"


class DeletionController(Controller):
    path = "/settings/deletion"
    include_in_schema = False

    @get("/", serves_closing=True)
    @unit_of_work
    def show(self, deletion: Deletion) -> Rendered:
        return page(TEMPLATE, form=AccountForm(), delete_at=deletion.at())

    @post("/", serves_closing=True, waits=True)
    async def ask(
        self, request: AnyRequest, current_user: SignedInUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """With the password, which Better Auth verifies before a transaction begins."""
        password = fields.get("current_password", "")
        form = AccountForm(errors=missing(current_password=password))

        async def change() -> Response[Any]:
            await better_auth.verify_password(client_info(request.scope), password)
            await _ask(request, Actor(current_user.id))
            return NewPage("/sign-in", {"Set-Cookie": cookie_to_return(request, "deletion")})

        return await changed(request, current_user, TEMPLATE, form, change, delete_at=None)

    @post("/keep", serves_closing=True)
    @unit_of_work
    def keep(self, deletion: Deletion) -> Redirect:
        deletion.take_back()
        return Redirect("/settings/account?done=kept")


async def _ask(request: AnyRequest, actor: Actor) -> None:
    database: Database = request.app.state.database
    address = client_info(request.scope).address
    await database.run(lambda connection: Deletion(connection, actor).ask(address), writing=True, transaction=True)
