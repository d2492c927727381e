"""Webhooks for programs. A secret is chosen by the program and never answered: answers are stored to be repeated."""

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath

from web.auth.identity import Credentials
from web.domain.actor import new_operation
from web.domain.timestamps import utc_now
from web.http.api.answering import Answer, Items, api, created
from web.http.api.reading import Body
from web.http.request import CallsPrivate
from web.models.webhook import SecretBody, TypesBody, WebhookBody, WebhookOut
from web.services.webhooks import Webhooks


class WebhooksApi(Controller):
    path = "/api/webhooks"

    @get("/")
    @api
    def index(self, webhooks: Webhooks) -> Items[WebhookOut]:
        """The webhooks, newest first, without their secret; `ended_at` is when the receiver wanted no more."""
        return Items.of([WebhookOut.of(webhook) for webhook in webhooks.all()])

    @post("/")
    @api
    def create(
        self, webhooks: Webhooks, credentials: Credentials, data: Body[WebhookBody], calls_private: CallsPrivate
    ) -> Answer[WebhookOut]:
        """Send every change from now on to an address, or only the `types` that are named.

        403 for a session whose user signed in more than 15 minutes ago and did not confirm it since, 422 for an address
        that is not public, 409 for the eleventh webhook.
        """
        credentials.require_proof(utc_now())
        made = webhooks.add(data, new_operation(), allows_private=calls_private, secret=data.secret)
        return created(WebhookOut.of(made.webhook), at="/api/webhooks")

    @get("/{webhook_id:int}")
    @api
    def show(self, webhooks: Webhooks, webhook_id: FromPath[int]) -> WebhookOut:
        """One webhook, without its secret."""
        return WebhookOut.of(webhooks.get(webhook_id))

    @put("/{webhook_id:int}/types")
    @api
    def choose(self, webhooks: Webhooks, webhook_id: FromPath[int], data: Body[TypesBody]) -> WebhookOut:
        """Choose the events that it gets from now on; none is all of them. Idempotent."""
        return WebhookOut.of(webhooks.choose(webhook_id, data.types))

    @put("/{webhook_id:int}/secret")
    @api
    def replace_secret(
        self, webhooks: Webhooks, credentials: Credentials, webhook_id: FromPath[int], data: Body[SecretBody]
    ) -> WebhookOut:
        """Replace the secret. For 24 hours messages are signed with both. Idempotent.

        403 for a session whose user signed in more than 15 minutes ago and did not confirm it since.
        """
        credentials.require_proof(utc_now())
        return WebhookOut.of(webhooks.replace_secret(webhook_id, data.secret))

    @delete("/{webhook_id:int}")
    @api
    def remove(self, webhooks: Webhooks, webhook_id: FromPath[int]) -> None:
        """Remove a webhook; it gets nothing more. Idempotent."""
        webhooks.remove(webhook_id)
