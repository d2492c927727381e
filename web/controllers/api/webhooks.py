"""Webhooks for programs: which there are, and an end to one.

None is made here: the answer, which is stored for a request that is repeated, would hold the secret.
"""

from litestar import Controller, delete, get
from litestar.params import FromPath

from web.http.api.answering import Items, api
from web.models.webhook import WebhookOut
from web.services.webhooks import Webhooks


class WebhooksApi(Controller):
    path = "/api/webhooks"

    @get("/")
    @api
    def index(self, webhooks: Webhooks) -> Items[WebhookOut]:
        """The webhooks, newest first, without their secret; `ended_at` is when the receiver wanted no more."""
        return Items.of([WebhookOut.of(webhook) for webhook in webhooks.all()])

    @delete("/{webhook_id:int}")
    @api
    def remove(self, webhooks: Webhooks, webhook_id: FromPath[int]) -> None:
        """Remove a webhook; it gets nothing more. Idempotent."""
        webhooks.remove(webhook_id)
