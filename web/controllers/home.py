"""Redirects / to the tasks or to the sign-in page."""

from litestar import get
from litestar.response import Redirect

from web.http.dependencies import OptionalUser


@get("/")
async def home(user: OptionalUser) -> Redirect:
    return Redirect("/tasks" if user else "/sign-in", status_code=303)
