"""The devices that show reminders, in the settings: which they are, a test, removal."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.auth.identity import CurrentUser
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import utc_now
from web.http.dependencies import SignedInUser
from web.http.request import AnyRequest
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import require_canonical_path, unit_of_work
from web.models.push_subscription import PushSubscription
from web.push.channel import note
from web.push.sender import Notification, PushSender, SubscriptionGone
from web.services.push_subscriptions import PushSubscriptions
from web.services.reminder_channels import ChannelUnavailable, Undeliverable

INDEX = "/settings/devices"
TEST_LIFETIME = timedelta(minutes=5)
# By what became of a test, or of a device.
SENTENCES = {
    "sent": "Sent. If nothing appears, look at the notification settings of that device.",
    "gone": "That browser no longer takes notifications, so it was removed from the list.",
    "later": "The notification service of that browser is not available. Try again in a moment.",
    "refused": "The notification service of that browser refused the message.",
    "removed": "Removed. That device shows no more reminders.",
}
# Each waits in a thread; the others are told to come again.
_TESTS = threading.BoundedSemaphore(2)


class DevicesController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, devices: PushSubscriptions, done: FromQuery[str] = "") -> Rendered:
        said = SENTENCES.get(done, "")
        return page("devices/index.html", partial="devices/_list.html", devices=devices.all(), said=said)

    @post("/{device_id:int}/delete")
    @unit_of_work
    def delete(self, devices: PushSubscriptions, device_id: FromPath[int]) -> Rendered:
        devices.remove(device_id)
        return _done("removed")

    @post("/{device_id:int}/test")
    async def test(self, request: AnyRequest, current_user: SignedInUser, device_id: FromPath[int]) -> Response[Any]:
        """No unit of work: while a push service is asked, no connection of the database is held."""
        require_canonical_path(request)
        database: Database = request.app.state.database
        device = await database.run(
            lambda connection: _devices(connection, current_user).get(device_id), writing=False, transaction=False
        )
        result = await asyncio.to_thread(_test, request.app.state.push, device)
        taken, gone = ([device_id] if result == wanted else [] for wanted in ("sent", "gone"))
        if taken or gone:
            await database.run(
                lambda connection: note(_devices(connection, current_user), taken, gone), writing=True, transaction=True
            )
        return _done(result)


def _devices(connection: Any, user: CurrentUser) -> PushSubscriptions:
    return PushSubscriptions(connection, Actor(user.id, preferences=user.preferences))


def _test(sender: PushSender, device: PushSubscription) -> str:
    """What became of it, a key of SENTENCES. Blocks."""
    notification = Notification(
        title="Notifications work",
        body="Reminders on this device look like this.",
        path=INDEX,
        tag="test",
        expires_at=utc_now() + TEST_LIFETIME,
    )
    if not _TESTS.acquire(blocking=False):
        return "later"
    try:
        sender.send(device, notification)
    except SubscriptionGone:
        return "gone"
    except ChannelUnavailable:
        return "later"
    except Undeliverable:
        return "refused"
    finally:
        _TESTS.release()
    return "sent"


def _done(result: str) -> Rendered:
    return partials("shared/_announcement.html", back=f"{INDEX}?done={result}", announcement=SENTENCES[result])
