"""What happened to one's account: sign-ins, refusals, changes."""

from litestar import Controller, get

from web.http.responses import Rendered, page
from web.http.unit_of_work import unit_of_work
from web.services.audit import AuditLog


class ActivityController(Controller):
    path = "/settings/activity"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, log: AuditLog) -> Rendered:
        return page("activity/index.html", partial="activity/_list.html", entries=log.latest())
