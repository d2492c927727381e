"""Undo of one operation: a click, a bulk action or an import."""

from uuid import UUID

from litestar import Controller, post
from litestar.params import FromPath

from web.http.request import CurrentUrl
from web.http.responses import Redirect
from web.http.unit_of_work import unit_of_work
from web.services.history import History


class UndoController(Controller):
    path = "/undo"
    include_in_schema = False

    @post("/{operation:uuid}")
    @unit_of_work
    def undo(self, history: History, operation: FromPath[UUID], current_url: CurrentUrl) -> Redirect:
        history.undo(str(operation))
        return Redirect(current_url)
