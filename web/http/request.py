"""What a request says: its headers, its form, the page it came from, the client that sent it."""

from typing import Any, TypeAlias
from urllib.parse import urlsplit

from litestar import Request

from web.auth.client import ClientInfo
from web.http.forms import Fields, is_op, read_fields, safe_path
from web.models.task_query import TaskQuery

AnyRequest: TypeAlias = Request[Any, Any, Any]


def header(request: AnyRequest, name: bytes) -> str:
    """The first header of that name (in lower case), as sent; empty where there is none.

    `request.headers` decodes all of them first, which costs more than all look-ups of a request.
    """
    return next((value.decode("latin-1") for key, value in request.scope["headers"] if key == name), "")


def current_url(request: AnyRequest) -> str:
    """Path and query of our page that the request was sent from; the list where the request does not say."""
    try:
        address = urlsplit(header(request, b"hx-current-url") or header(request, b"referer"))
    except ValueError:
        return TaskQuery.path
    if address.netloc != header(request, b"host") or not safe_path(address.path):
        return TaskQuery.path
    return address.path + (f"?{address.query}" if address.query else "")


def address_of(request: AnyRequest) -> str:
    """Path and query as sent, without what the Host header says."""
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    query = request.scope["query_string"].decode("latin-1")
    return path + (f"?{query}" if query else "")


def form_fields(request: AnyRequest, body: bytes, key: str) -> Fields:
    """The fields of a posted form; `key` is its idempotency key (`op`) where it has none. Raises BadForm."""
    fields = read_fields(body, header(request, b"content-type"))
    return fields if is_op(fields.get("op", "")) else {**fields, "op": key}


def client_info(scope: Any) -> ClientInfo:
    """The client as the server saw it, never as X-Forwarded-For claims."""
    headers: dict[bytes, list[str]] = {b"cookie": [], b"user-agent": []}
    for name, value in scope["headers"]:
        if name in headers:
            headers[name].append(value.decode("latin-1"))
    client = scope.get("client")
    return ClientInfo(
        address=client[0] if client else "127.0.0.1",
        agent="".join(headers[b"user-agent"][:1]),
        cookies="; ".join(headers[b"cookie"]),
    )
