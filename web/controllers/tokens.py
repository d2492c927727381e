"""Personal access tokens, in the settings: make one, which is shown once, and revoke those that are not used."""

from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from web.auth.identity import Credentials
from web.domain.errors import NotPossible
from web.domain.timestamps import utc_now
from web.http.forms import Form
from web.http.response_headers import sent_cookie
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.access_token import AccessTokenDraft
from web.services.access_tokens import AccessTokens

INDEX = "/settings/tokens"
REVOKED = "Revoked. Programs that use that token are refused from now on."
# Its draft can go, as after a redirect.
DONE = {"Set-Cookie": sent_cookie(INDEX)}
LIFETIMES = {"30": "30 days", "90": "90 days", "365": "One year", "unlimited": "Until I revoke it"}
SCOPES = {"read": "Read only", "write": "Read and change"}


class TokensController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, tokens: AccessTokens, credentials: Credentials, done: FromQuery[str] = "") -> Rendered:
        said, is_proved = REVOKED if done == "revoked" else "", credentials.is_proved(utc_now())
        return _index(tokens, Form.blank(AccessTokenDraft), said=said, is_proved=is_proved)

    @post("/")
    @unit_of_work
    def add(self, tokens: AccessTokens, credentials: Credentials, form: Form[AccessTokenDraft]) -> Rendered:
        """The token is in this answer and nowhere else, so there is no redirect to another page."""
        credentials.require_proof(utc_now())
        try:
            if form.draft is not None:
                made = tokens.add(form.draft, form.key)
                blank = Form.blank(AccessTokenDraft)
                return _index(tokens, blank, partial="tokens/_made.html", made=made, headers=DONE)
        except NotPossible as problem:
            form.refused(problem)
        return _index(tokens, form, partial="tokens/_new.html", status=422)

    @post("/{token_id:int}/revoke")
    @unit_of_work
    def revoke(self, tokens: AccessTokens, token_id: FromPath[int]) -> Rendered:
        tokens.revoke(token_id)
        return partials("shared/_announcement.html", back=f"{INDEX}?done=revoked", announcement=REVOKED)


def _index(
    tokens: AccessTokens,
    form: Form[AccessTokenDraft],
    *,
    partial: str = "tokens/_list.html",
    status: int = 200,
    **context: Any,
) -> Rendered:
    context = {"is_proved": True} | context
    context |= {"tokens": tokens.all(), "form": form, "lifetimes": LIFETIMES, "scopes": SCOPES}
    return page("tokens/index.html", partial=partial, status=status, **context)
