"""The devices that show reminders: what static/push.js tells of its browser."""

from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from web.http.json import created
from web.http.request import SessionToken, UserAgent
from web.http.unit_of_work import unit_of_work
from web.models.push_subscription import PushSubscriptionDraft, PushSubscriptionOut
from web.services.push_subscriptions import PushSubscriptions


class DevicesApi(Controller):
    path = "/api/devices"

    @get("/")
    @unit_of_work
    def index(self, devices: PushSubscriptions) -> list[PushSubscriptionOut]:
        return [PushSubscriptionOut.model_validate(device) for device in devices.all()]

    @post("/")
    @unit_of_work
    def create(
        self,
        devices: PushSubscriptions,
        data: JSONBody[PushSubscriptionDraft],
        session_token: SessionToken,
        user_agent: UserAgent,
    ) -> Response[PushSubscriptionOut]:
        """Show reminders in the browser of this subscription. Sent again, it gives the same device."""
        device = devices.subscribe(data, session_token=session_token, user_agent=user_agent)
        return created(PushSubscriptionOut.model_validate(device), at="/api/devices")

    @put("/{device_id:int}")
    @unit_of_work
    def update(
        self,
        devices: PushSubscriptions,
        device_id: FromPath[int],
        data: JSONBody[PushSubscriptionDraft],
        session_token: SessionToken,
        user_agent: UserAgent,
    ) -> PushSubscriptionOut:
        """The browser has this subscription still, in the session of this request. 404 once the user has removed it."""
        device = devices.confirm(device_id, data, session_token=session_token, user_agent=user_agent)
        return PushSubscriptionOut.model_validate(device)

    @delete("/{device_id:int}")
    @unit_of_work
    def delete(self, devices: PushSubscriptions, device_id: FromPath[int]) -> None:
        devices.remove(device_id)
