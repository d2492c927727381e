"""What has happened to a user's records, and Undo, for programs."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath

from web.domain.errors import NotFound
from web.http.api.answering import Items, api
from web.http.api.reading import Query
from web.models.event import EventFilter, EventOut, Undone
from web.services.history import History


class EventsApi(Controller):
    path = "/api"

    @get("/events")
    @api
    def index(self, history: History, wanted: Query[EventFilter]) -> Items[EventOut]:
        """Every change of the user's records, newest first, a page at a time."""
        events, more = history.page(wanted.after, wanted.limit)
        return Items.of([EventOut.of(event) for event in events], str(events[-1].id) if more else None)

    @post("/undo", status_code=200)
    @api
    def undo_last(self, history: History) -> Undone:
        """Take back the latest operation that is not undone yet and can be. 404 where there is none."""
        operation, undone, _ = history.undo_last()
        if not operation:
            raise NotFound
        return Undone.of(operation, [one.record for one in undone])

    @post("/undo/{operation:uuid}", status_code=200)
    @api
    def undo(self, history: History, operation: FromPath[UUID]) -> Undone:
        """Take back one operation, as the header `Operation` of its answer names it.

        All of it, or 409 where a field that it changed has another value by now. What it added goes to the trash,
        however it was changed since.
        """
        return Undone.of(str(operation), [one.record for one in history.undo(str(operation))])
