"""Deleting one's account: asked for with the password, taken back for two weeks."""

from typing import Any

from litestar import Controller, Response, get, post

from web.auth.client import AuthRejected
from web.auth.identity import CurrentUser
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import NotSignedIn
from web.http.cookie_check import cookie_to_return
from web.http.dependencies import BetterAuth, FormFields, OptionalUser
from web.http.error_answers import too_many_attempts_sentence
from web.http.forms import AccountForm
from web.http.request import AnyRequest, client_info
from web.http.responses import NewPage, Page, Redirect, Rendered, page
from web.http.unit_of_work import unit_of_work
from web.services.closing import Deletion
from web.services.overview import Overviews

WRONG = ("INVALID_PASSWORD", "CREDENTIAL_ACCOUNT_NOT_FOUND")


class DeletionController(Controller):
    path = "/settings/deletion"
    include_in_schema = False

    @get("/", serves_closing=True)
    @unit_of_work
    def show(self, deletion: Deletion, overviews: Overviews) -> Rendered:
        return _page(AccountForm(), delete_at=deletion.at())

    @post("/", serves_closing=True, waits=True)
    async def ask(
        self, request: AnyRequest, user: OptionalUser, fields: FormFields, better_auth: BetterAuth
    ) -> Response[Any]:
        """With the password, which Better Auth verifies before a transaction begins."""
        if user is None:
            raise NotSignedIn
        try:
            if not fields.get("password"):
                return await _again(request, user, 422, "Enter your password.")
            await better_auth.verify_password(client_info(request.scope), fields["password"])
        except AuthRejected as rejection:
            return await _refused(request, user, rejection)
        await _ask(request, user)
        return NewPage("/sign-in", {"Set-Cookie": cookie_to_return(request, "deletion")})

    @post("/keep", serves_closing=True)
    @unit_of_work
    def keep(self, deletion: Deletion) -> Redirect:
        deletion.take_back()
        return Redirect("/")


async def _ask(request: AnyRequest, user: CurrentUser) -> None:
    database: Database = request.app.state.database
    address = client_info(request.scope).address
    await database.run(
        lambda connection: Deletion(connection, Actor(user.id)).ask(address), writing=True, transaction=True
    )


async def _refused(request: AnyRequest, user: CurrentUser, rejection: AuthRejected) -> Response[Any]:
    """Raises the rejection where the password is not its reason."""
    if rejection.status == 429:
        problem = too_many_attempts_sentence(rejection.wait_seconds)
        return await _again(request, user, 429, "", problem, {"Retry-After": str(rejection.wait_seconds)})
    if rejection.code not in WRONG:
        raise rejection
    return await _again(request, user, 422, "This is not your password.")


async def _again(
    request: AnyRequest,
    user: CurrentUser,
    status: int,
    error: str,
    problem: str = "",
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    """The form with what is wrong."""
    form = AccountForm(problem=problem, errors={"password": error} if error else {})

    def render(connection: Any) -> Response[Any]:
        overviews = Overviews(connection, Actor(user.id, preferences=user.preferences))
        return _page(form, status=status, headers=headers).rendered(request, overviews.get)

    database: Database = request.app.state.database
    return await database.run(render, writing=False, transaction=False)


def _page(form: AccountForm, *, delete_at: Any = None, status: int = 200, headers: Any = None) -> Page:
    return page("deletion/index.html", form=form, delete_at=delete_at, status=status, headers=headers)
