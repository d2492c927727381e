"""What a request's headers say."""

from typing import Any

from litestar import Request


def header(request: Request[Any, Any, Any], name: bytes) -> str:
    """The first of that name, in lower case, as it came; empty where there is none.

    `request.headers` reads all of them first, which costs more than all that is asked of them.
    """
    return next((value.decode("latin-1") for one, value in request.scope["headers"] if one == name), "")
