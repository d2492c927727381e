"""Help that needs no data: the keys."""

from litestar import Controller, get

from web.http.responses import Rendered, page
from web.http.unit_of_work import unit_of_work


class HelpController(Controller):
    path = "/help"
    include_in_schema = False

    @get("/keys")
    @unit_of_work
    def keys(self) -> Rendered:
        return page("help/keys.html", partial="help/_keys.html")
