"""Redirects / to the page of today or to the sign-in page."""

from litestar import get

from web.http.dependencies import OptionalUser
from web.http.responses import Redirect


@get("/")
async def home(user: OptionalUser) -> Redirect:
    return Redirect("/today" if user else "/sign-in")
