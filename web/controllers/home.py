"""Redirects / to the start page that the user has chosen, or to the sign-in page."""

from litestar import get

from web.http.dependencies import OptionalUser
from web.http.responses import Redirect


@get("/")
async def home(user: OptionalUser) -> Redirect:
    return Redirect(f"/{user.preferences.start_page}" if user else "/sign-in")
