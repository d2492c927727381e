"""Redirects / to the tasks or to the sign-in page."""

from litestar import get

from web.http.dependencies import OptionalUser
from web.http.responses import Redirect


@get("/")
async def home(user: OptionalUser) -> Redirect:
    return Redirect("/tasks" if user else "/sign-in")
