"""Deleting one's account: asked for with the password or by a link in a mail, taken back for two weeks."""

from collections.abc import Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.controllers.account_forms import changed, missing
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import NotFound, NotPossible
from web.domain.timestamps import utc_now
from web.http.cookie_check import cookie_to_return
from web.http.dependencies import BetterAuth, FormFields, SignedInUser
from web.http.forms import AccountForm
from web.http.request import DELETE, AnyRequest, SendsAccountMail, client_info
from web.http.responses import NewPage, Page, Redirect, Rendered, page
from web.http.unit_of_work import unit_of_work
from web.services.closing import Deletion
from web.services.deletion_links import DeletionLinks, Owner, follow, is_token, owner_of

INDEX = "/settings/deletion"
TEMPLATE, LINK = "deletion/index.html", "deletion/link.html"
SENTENCES = {
    "link": "A link is on its way to your address. It works once, for an hour.",
    "later": "Too many links were asked for. Wait an hour and try again.",
}


class DeletionController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/", serves_closing=True)
    @unit_of_work
    def show(self, deletion: Deletion, mail: SendsAccountMail, done: FromQuery[str] = "") -> Rendered:
        said = SENTENCES.get(done, "")
        return page(TEMPLATE, form=AccountForm(), delete_at=deletion.at(), sends_mail=mail, said=said)

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

        mail = request.app.state.settings.delivers_mail
        return await changed(request, current_user, TEMPLATE, form, change, delete_at=None, sends_mail=mail, said="")

    @post("/link")
    async def send_link(self, request: AnyRequest, current_user: SignedInUser) -> Redirect:
        """For users without a password, or who forgot it. The mailbox stands for it, as for a new password."""
        settings, database = request.app.state.settings, request.app.state.database
        if not settings.delivers_mail:
            raise NotFound("No link can be sent")
        try:
            await database.run(
                lambda connection: DeletionLinks(connection, Actor(current_user.id)).send(
                    settings.required_secret(), settings.app_url
                ),
                writing=True,
                transaction=True,
            )
        except NotPossible:
            return Redirect(f"{INDEX}?done=later")
        request.app.state.wake_mails()
        return Redirect(f"{INDEX}?done=link")

    @post("/keep", serves_closing=True)
    @unit_of_work
    def keep(self, deletion: Deletion) -> Redirect:
        deletion.take_back()
        return Redirect("/settings/account?done=kept")


class DeletionLinkController(Controller):
    """Where the link leads. The token in the address is what allows it. GET asks, since scanners follow links."""

    path = DELETE
    include_in_schema = False
    opt = {"public": True}

    @get("/{token:str}")
    async def show(self, request: AnyRequest, token: FromPath[str]) -> Page:
        database: Database = request.app.state.database
        owner = await database.run(_with_owner(request, token, owner_of), writing=False, transaction=False)
        return page(LINK, token=token, owner=owner, is_done=False) if owner else _expired()

    @post("/{token:str}", status_code=200)
    async def follow(self, request: AnyRequest, token: FromPath[str]) -> Page:
        database: Database = request.app.state.database
        owner = await database.run(_with_owner(request, token, follow), writing=True, transaction=True)
        request.app.state.wake_mails()
        return page(LINK, token="", owner=owner, is_done=True) if owner else _expired()


def _with_owner(request: AnyRequest, token: str, find: Callable[..., Owner | None]) -> Callable[[Any], Owner | None]:
    """A unit of work for the link. Raises NotFound for what is no token."""
    if not is_token(token):
        raise NotFound("No token of a link of ours")
    secret = request.app.state.settings.required_secret()
    return lambda connection: find(connection, token, secret, utc_now())


def _expired() -> Page:
    return page(LINK, status=410, token="", owner=None, is_done=False)


async def _ask(request: AnyRequest, actor: Actor) -> None:
    database: Database = request.app.state.database
    address = client_info(request.scope).address
    await database.run(lambda connection: Deletion(connection, actor).ask(address), writing=True, transaction=True)
