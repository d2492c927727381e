"""Accounts of the real Better Auth: signing up, and the browser that has signed in."""

from tests.client import HtmlClient, Page

PASSWORD = "correct horse"


def sign_up(visitor: HtmlClient, email: str = "ada@example.com", **changes: str) -> Page:
    return visitor.post("/sign-up", **{"name": "Ada", "email": email, "password": PASSWORD, **changes})


def signed_in(visitor: HtmlClient, page: Page) -> HtmlClient:
    """The same browser with the cookies of that response."""
    cookies = [header.partition(";")[0] for header in page.headers.get_list("set-cookie")]
    return HtmlClient(visitor.client, cookie="; ".join(cookies))


def signed_up(visitor: HtmlClient, email: str = "ada@example.com") -> HtmlClient:
    return signed_in(visitor, sign_up(visitor, email))
