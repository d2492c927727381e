"""The address in an email that ends such emails, without signing in. GET asks, since scanners follow links."""

from litestar import Controller, get, post
from litestar.params import FromPath

from web.db.database import Database
from web.domain.actor import Actor, new_operation
from web.domain.errors import NotFound
from web.http.request import AnyRequest
from web.http.responses import Rendered, page
from web.mail.unsubscribing import read_token
from web.services.preferences import PreferencesService

WORDS = {"digest_hour": "daily emails", "reminders_by_email": "reminders by email"}


class UnsubscribeController(Controller):
    """Mail programs send the POST by themselves, without cookies (RFC 8058): it may come from anywhere.

    The signature in the address is what allows it, and all that it allows.
    """

    path = "/unsubscribe"
    include_in_schema = False
    opt = {"public": True, "any_origin": True}

    @get("/{token:str}")
    async def ask(self, request: AnyRequest, token: FromPath[str]) -> Rendered:
        _, field = _read(request, token)
        return page("account/unsubscribe.html", token=token, words=WORDS[field], is_done=False)

    @post("/{token:str}", status_code=200)
    async def end(self, request: AnyRequest, token: FromPath[str]) -> Rendered:
        """Idempotent."""
        user_id, field = _read(request, token)
        database: Database = request.app.state.database
        await database.run(
            lambda connection: PreferencesService(connection, Actor(user_id, new_operation())).end_email(field),
            writing=True,
            transaction=True,
        )
        return page("account/unsubscribe.html", token=token, words=WORDS[field], is_done=True)


def _read(request: AnyRequest, token: str) -> tuple[str, str]:
    """The user's id and the setting. Raises NotFound."""
    found = read_token(request.app.state.settings.required_secret(), token)
    if found is None:
        raise NotFound("No address of an email of ours")
    return found
