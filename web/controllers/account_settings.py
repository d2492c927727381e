"""The page of the user's account in the settings. What it shows is changed on pages of their own."""

from litestar import Controller, get

from web.http.responses import Rendered, page
from web.http.unit_of_work import unit_of_work

INDEX = "/settings/account"


class AccountSettingsController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def show(self) -> Rendered:
        return page("account/settings.html")
