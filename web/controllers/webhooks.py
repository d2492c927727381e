"""Webhooks in the settings: their addresses, what was sent to each, and sending it again."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from web.auth.identity import Credentials
from web.domain.errors import InvalidField, NotPossible
from web.domain.timestamps import utc_now
from web.http.forms import Form
from web.http.request import CallsPrivate, PostedFields
from web.http.response_headers import sent_cookie
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.webhook import EVENT_TYPES, EVENTS, Webhook, WebhookDraft
from web.services.webhooks import NewWebhook, Webhooks

INDEX = "/settings/webhooks"
# Its draft can go, as after a redirect.
DONE = {"Set-Cookie": sent_cookie(INDEX)}
REMOVED = "Removed. That address gets nothing more."
AGAIN = "It is sent again in a moment."
CHOSEN = "Saved. It counts for what changes from now on."
SAID = {"removed": REMOVED, "again": AGAIN, "chosen": CHOSEN}


class WebhooksController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, webhooks: Webhooks, credentials: Credentials, done: FromQuery[str] = "") -> Rendered:
        said, is_proved = SAID.get(done, ""), credentials.is_proved(utc_now())
        return _index(webhooks, Form.blank(WebhookDraft), said=said, is_proved=is_proved)

    @post("/")
    @unit_of_work
    def add(
        self,
        webhooks: Webhooks,
        credentials: Credentials,
        form: Form[WebhookDraft],
        fields: PostedFields,
        calls_private: CallsPrivate,
    ) -> Rendered:
        """The secret is in this answer and nowhere else, so there is no redirect to another page."""
        credentials.require_proof(utc_now())
        try:
            if form.draft is not None:
                draft = form.draft.model_copy(update={"types": _types(fields)})
                made = webhooks.add(draft, form.key, allows_private=calls_private)
                blank = Form.blank(WebhookDraft)
                return _index(webhooks, blank, partial="webhooks/_made.html", made=made, headers=DONE)
        except InvalidField as problem:
            form.errors[problem.field] = str(problem)
        except NotPossible as problem:
            form.errors["url"] = str(problem)
        return _index(webhooks, form, partial="webhooks/_new.html", status=422, chosen=_types(fields))

    @get("/{webhook_id:int}")
    @unit_of_work
    def show(
        self, webhooks: Webhooks, credentials: Credentials, webhook_id: FromPath[int], done: FromQuery[str] = ""
    ) -> Rendered:
        said, is_proved = SAID.get(done, ""), credentials.is_proved(utc_now())
        return _shown(webhooks, webhooks.get(webhook_id), said=said, is_proved=is_proved)

    @post("/{webhook_id:int}/types")
    @unit_of_work
    def choose(self, webhooks: Webhooks, webhook_id: FromPath[int], fields: PostedFields) -> Rendered:
        webhooks.choose(webhook_id, _types(fields))
        return partials("shared/_announcement.html", back=f"{INDEX}/{webhook_id}?done=chosen", announcement=CHOSEN)

    @post("/{webhook_id:int}/secret")
    @unit_of_work
    def replace_secret(self, webhooks: Webhooks, credentials: Credentials, webhook_id: FromPath[int]) -> Rendered:
        """The secret is in this answer and nowhere else, so there is no redirect to another page."""
        credentials.require_proof(utc_now())
        webhook = webhooks.replace_secret(webhook_id)
        made = NewWebhook(webhook, webhook.secret)
        return _shown(webhooks, webhook, partial="webhooks/_made.html", made=made)

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
    context = {"chosen": (), "is_proved": True, "types": EVENTS, **context, "webhooks": webhooks.all(), "form": form}
    return page("webhooks/index.html", partial=partial, status=status, **context)


def _shown(
    webhooks: Webhooks, webhook: Webhook, *, partial: str = "webhooks/_deliveries.html", said: str = "", **context: Any
) -> Rendered:
    context = {"is_proved": True} | context
    context |= {"webhook": webhook, "chosen": webhook.type_names, "types": EVENTS, "said": said}
    return page("webhooks/show.html", partial=partial, deliveries=webhooks.deliveries(webhook.id or 0), **context)


def _types(fields: Mapping[str, str]) -> Sequence[str]:
    """One checkbox for each: type-tasks.add."""
    return [name for name in EVENT_TYPES if f"type-{name}" in fields]
