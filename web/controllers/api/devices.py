"""The devices that show reminders: what static/push.js tells of its browser."""

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath

from web.http.api.answering import Answer, Items, api, created
from web.http.api.reading import Body
from web.http.request import SessionToken, UserAgent
from web.models.push_subscription import PushSubscriptionDraft, PushSubscriptionOut
from web.services.push_subscriptions import PushSubscriptions


class DevicesApi(Controller):
    path = "/api/devices"
    # For a browser's own script, in its session.
    include_in_schema = False

    @get("/")
    @api
    def index(self, devices: PushSubscriptions) -> Items[PushSubscriptionOut]:
        """The browsers that show reminders, oldest first."""
        return Items.of([PushSubscriptionOut.of(device) for device in devices.all()])

    @post("/")
    @api
    def create(
        self,
        devices: PushSubscriptions,
        data: Body[PushSubscriptionDraft],
        session_token: SessionToken,
        user_agent: UserAgent,
    ) -> Answer[PushSubscriptionOut]:
        """Show reminders in the browser of this subscription. Sent again, it gives the same device."""
        device = devices.subscribe(data, session_token=session_token, user_agent=user_agent)
        return created(PushSubscriptionOut.of(device), at="/api/devices")

    @put("/{device_id:int}")
    @api
    def update(
        self,
        devices: PushSubscriptions,
        device_id: FromPath[int],
        data: Body[PushSubscriptionDraft],
        session_token: SessionToken,
        user_agent: UserAgent,
    ) -> PushSubscriptionOut:
        """The browser has this subscription still, in the session of this request. 404 once the user has removed it."""
        device = devices.confirm(device_id, data, session_token=session_token, user_agent=user_agent)
        return PushSubscriptionOut.of(device)

    @delete("/{device_id:int}")
    @api
    def delete(self, devices: PushSubscriptions, device_id: FromPath[int]) -> None:
        """Show no more reminders in that browser. Idempotent."""
        devices.remove(device_id)
