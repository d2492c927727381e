"""Webhooks in the settings: their addresses, what was sent to each, and sending it again."""

from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from web.domain.errors import InvalidField, NotPossible
from web.http.forms import Form
from web.http.request import CallsPrivate
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.webhook import WebhookDraft
from web.services.webhooks import Webhooks

INDEX = "/settings/webhooks"
REMOVED = "Removed. That address gets nothing more."
AGAIN = "It is sent again in a moment."
SAID = {"removed": REMOVED, "again": AGAIN}


class WebhooksController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, webhooks: Webhooks, done: FromQuery[str] = "") -> Rendered:
        return _index(webhooks, Form.blank(WebhookDraft), said=SAID.get(done, ""))

    @post("/")
    @unit_of_work
    def add(self, webhooks: Webhooks, form: Form[WebhookDraft], calls_private: CallsPrivate) -> Rendered:
        """The secret is in this answer and nowhere else, so there is no redirect to another page."""
        try:
            if form.draft is not None:
                made = webhooks.add(form.draft, form.key, allows_private=calls_private)
                return _index(webhooks, Form.blank(WebhookDraft), partial="webhooks/_made.html", made=made)
        except (NotPossible, InvalidField) as problem:
            form.refused(problem)
        return _index(webhooks, form, partial="webhooks/_new.html", status=422)

    @get("/{webhook_id:int}")
    @unit_of_work
    def show(self, webhooks: Webhooks, webhook_id: FromPath[int], done: FromQuery[str] = "") -> Rendered:
        webhook = webhooks.get(webhook_id)
        return page(
            "webhooks/show.html",
            partial="webhooks/_deliveries.html",
            webhook=webhook,
            deliveries=webhooks.deliveries(webhook_id),
            said=SAID.get(done, ""),
        )

    @post("/{webhook_id:int}/remove")
    @unit_of_work
    def remove(self, webhooks: Webhooks, webhook_id: FromPath[int]) -> Rendered:
        webhooks.remove(webhook_id)
        return partials("shared/_announcement.html", back=f"{INDEX}?done=removed", announcement=REMOVED)


class DeliveriesController(Controller):
    path = "/settings/deliveries"
    include_in_schema = False

    @post("/{delivery_id:int}/resend")
    @unit_of_work
    def resend(self, webhooks: Webhooks, delivery_id: FromPath[int]) -> Rendered:
        webhook_id = webhooks.send_again(delivery_id)
        return partials("shared/_announcement.html", back=f"{INDEX}/{webhook_id}?done=again", announcement=AGAIN)


def _index(
    webhooks: Webhooks,
    form: Form[WebhookDraft],
    *,
    partial: str = "webhooks/_list.html",
    status: int = 200,
    **context: Any,
) -> Rendered:
    context |= {"webhooks": webhooks.all(), "form": form}
    return page("webhooks/index.html", partial=partial, status=status, **context)
