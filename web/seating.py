"""A request's seat at the database, from its first statement to the beginning of its answer."""

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.seats import Seat


def keep_seat(scope: Scope, seat: Seat) -> None:
    """Until the answer begins: SeatMiddleware takes it back."""
    scope["state"]["seat"] = seat


class SeatMiddleware(ASGIMiddleware):
    """Gives a request's seat to the next one as soon as its answer begins: a slow reader keeps none."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        async def leaving(message: Message) -> None:
            if message["type"] == "http.response.start":
                _leave(scope)
            await send(message)

        try:
            await next_app(scope, receive, leaving)
        finally:
            _leave(scope)


def _leave(scope: Scope) -> None:
    seat: Seat | None = scope["state"].get("seat")
    if seat:
        seat.leave()
