"""Where the links go that confirm an email address or its change. GET asks, since scanners follow links."""

import re

from litestar import Controller, get, post
from litestar.params import FromPath

from web.auth.email_links import read_link
from web.auth.errors import AuthRejected
from web.controllers.account_forms import signed_out_client
from web.domain.errors import NotFound
from web.http.dependencies import BetterAuth
from web.http.request import CONFIRM, AnyRequest
from web.http.responses import Page, page

TEMPLATE = "account/confirm_email.html"
# A JWT, whose payload has two addresses at most.
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}\.[A-Za-z0-9_-]{1,1500}\.[A-Za-z0-9_-]{1,100}")


class EmailConfirmationController(Controller):
    """The token in the address is what allows it: it may be followed on another device."""

    path = CONFIRM
    include_in_schema = False
    opt = {"public": True}

    @get("/{token:str}")
    async def ask(self, token: FromPath[str]) -> Page:
        return page(TEMPLATE, token=_checked(token), kind=read_link(token).kind, state="asks")

    @post("/{token:str}", status_code=200)
    async def confirm(self, request: AnyRequest, token: FromPath[str], better_auth: BetterAuth) -> Page:
        """Better Auth knows from the token what it confirms. Idempotent for a first confirmation."""
        kind = read_link(_checked(token)).kind
        try:
            await better_auth.verify_email(signed_out_client(request), token)
        except AuthRejected as rejection:
            if rejection.is_too_many:
                wait = {"Retry-After": str(rejection.retry_after)}
                return page(TEMPLATE, status=429, token=token, kind=kind, state="later", headers=wait)
            return page(TEMPLATE, status=410, token="", kind=kind, state="expired")
        request.app.state.wake_mails()
        return page(TEMPLATE, token="", kind=kind, state="done")


def _checked(token: str) -> str:
    """Raises NotFound for what is no token: it becomes a part of a query."""
    if not TOKEN.fullmatch(token):
        raise NotFound("No token of a link of ours")
    return token
