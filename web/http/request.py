"""What a request says: its headers, its form, the page it came from, the client that sent it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest, sha256
from typing import IO, Annotated, Any, NewType, TypeAlias, get_args, get_origin
from urllib.parse import urlsplit

from litestar import Request

from web.auth.client import ClientInfo
from web.auth.identity import Credentials
from web.db.database import Database
from web.http.forms import Fields, Form, idempotency_key, read_fields, safe_path

AnyRequest: TypeAlias = Request[Any, Any, Any]
HOME = "/"
# Load balancers and monitors ask these every few seconds, by the address of the machine.
PROBES = ("/healthz", "/readyz")
# Better Auth's own paths: what comes from there is passed on unchanged.
PROXIED = "/api/auth/"
# Behind it a path is a secret.
FEEDS = "/feeds/"
RESET, CONFIRM, DELETE = "/reset-password/", "/confirm-email/", "/delete-account/"
SECRET = (FEEDS, RESET, CONFIRM, DELETE, "/unsubscribe/", "/api/auth/reset-password/")
LONGEST_SHOWN_PATH = 200
# The key of the request's state that has the future of `web.http.middleware.disconnect`.
CLIENT_LEFT = "client_left"

# Request parts, for parameters of a unit of work.
CurrentUrl = NewType("CurrentUrl", str)
"""Path and query of our page that the request was sent from."""
QueryString = NewType("QueryString", str)
"""The query of the address, undecoded."""
Target = NewType("Target", str)
"""The id of the element that htmx puts the answer into; empty where it has none."""
SessionToken = NewType("SessionToken", str)
"""The token of the session that the request belongs to."""
UserAgent = NewType("UserAgent", str)
"""What the browser says that it is, as sent."""
PostedFields = NewType("PostedFields", Fields)
"""The fields of the posted form, for those that no Draft names, such as one checkbox for each label."""

CallsPrivate = NewType("CallsPrivate", bool)
"""Whether the settings allow webhooks to addresses that are not public."""
SendsMail = NewType("SendsMail", bool)
"""Whether the settings have a mail server."""
SendsAccountMail = NewType("SendsAccountMail", bool)
"""Whether messages about accounts are sent, or logged in development."""
WakeImports = NewType("WakeImports", Callable[[], None])  # type: ignore[valid-newtype]
"""Makes the import loop of this process look now."""
IncomingFile = NewType("IncomingFile", IO[bytes])
"""The body of the request as a file, of any type and length: what is long lies on disk."""
AppDatabase = NewType("AppDatabase", Database)
"""For what is read while the answer is sent, with connections of its own."""
AppUrl = NewType("AppUrl", str)
"""The address of this Daybook, as users enter it."""


@dataclass
class RequestParts:
    """What a unit of work injects: read once, however often the unit runs."""

    request: AnyRequest
    body: bytes
    operation: str
    file: IO[bytes] | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the body, in hexadecimal."""
        if self.file is None:
            return sha256(self.body).hexdigest()
        self.file.seek(0)
        return file_digest(self.file, "sha256").hexdigest()  # type: ignore[arg-type]

    @cached_property
    def fields(self) -> Fields:
        """The posted form. Its key, if it has one, is the operation. Raises BadForm."""
        fields = read_fields(self.body, header(self.request, b"content-type"))
        self.operation = idempotency_key(fields.get("op", "")) or self.operation
        return fields

    def form(self, draft_type: Any) -> Form[Any]:
        return Form.read(draft_type, self.fields, self.operation)


class Part:
    """A part of a request with a type of its own: `Annotated[Type, part]`, or a generic class that reads itself."""

    def read(self, parts: RequestParts, kind: Any) -> Any:
        """What is given to the parameter, whose type is `kind`."""
        raise NotImplementedError


def part_reader(hint: Any) -> Callable[[RequestParts], Any] | None:
    """How to read a parameter of this type; None where it is not a request part."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Form:
        return lambda parts: parts.form(arguments[0])
    if origin is Annotated:
        part = arguments[1]
        return (lambda parts: part.read(parts, arguments[0])) if isinstance(part, Part) else None
    if isinstance(origin, type) and issubclass(origin, Part):
        return lambda parts: origin().read(parts, arguments[0])
    return _READERS.get(hint)


def header(request: AnyRequest, name: bytes) -> str:
    """The first header of that name (in lower case), as sent; empty where there is none.

    `request.headers` decodes all of them first, which costs more than all look-ups of a request.
    """
    return next((value.decode("latin-1") for key, value in request.scope["headers"] if key == name), "")


def current_url(request: AnyRequest) -> CurrentUrl:
    """Path and query of our page that the request was sent from; the home page where the request does not say."""
    try:
        address = urlsplit(header(request, b"hx-current-url") or header(request, b"referer"))
    except ValueError:
        return CurrentUrl(HOME)
    if address.netloc != header(request, b"host") or not safe_path(address.path):
        return CurrentUrl(HOME)
    return CurrentUrl(address.path + (f"?{address.query}" if address.query else ""))


def is_partial(request: AnyRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in history, or `hx-select`, asks for all of it.

    See `HX-Request-Type` in https://four.htmx.org/reference.
    """
    return is_htmx(request) and header(request, b"hx-request-type") != "full"


def stays_on_page(request: AnyRequest) -> bool:
    """Whether the user keeps the page, whatever the answer: htmx replaces a part of it at most."""
    return is_htmx(request) and header(request, b"hx-target") != "body"


def is_htmx(request: AnyRequest) -> bool:
    return header(request, b"hx-request") == "true"


def query_string(request: AnyRequest) -> QueryString:
    return QueryString(request.scope["query_string"].decode("latin-1"))


def address_of(request: AnyRequest) -> str:
    """Path and query as sent, without what the Host header says."""
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    query = query_string(request)
    return path + (f"?{query}" if query else "")


def shown_path(scope: Any) -> str:
    """The path for a log line: one line of bounded length, whatever was asked for, without a secret."""
    path: str = scope["path"]
    if secret := next(filter(path.startswith, SECRET), None):
        return f"{secret}…"
    return repr(path[:LONGEST_SHOWN_PATH])[1:-1] + ("…" if len(path) > LONGEST_SHOWN_PATH else "")


def client_info(scope: Any) -> ClientInfo:
    """The client as the server saw it, never as X-Forwarded-For claims."""
    headers: dict[bytes, list[str]] = {b"cookie": [], b"user-agent": [], b"authorization": []}
    for name, value in scope["headers"]:
        if name in headers:
            headers[name].append(value.decode("latin-1"))
    client = scope.get("client")
    cookies = "; ".join(headers[b"cookie"])
    return ClientInfo(
        address=client[0] if client else "127.0.0.1",
        agent="".join(headers[b"user-agent"][:1]),
        cookies=cookies,
        received_cookies=cookies,
        authorization="".join(headers[b"authorization"][:1]),
        left=scope["state"].get(CLIENT_LEFT) if "state" in scope else None,
    )


_READERS: dict[Any, Callable[[RequestParts], Any]] = {
    PostedFields: lambda parts: parts.fields,
    CurrentUrl: lambda parts: current_url(parts.request),
    QueryString: lambda parts: query_string(parts.request),
    SessionToken: lambda parts: parts.request.scope["state"]["credentials"].token or "",
    UserAgent: lambda parts: header(parts.request, b"user-agent"),
    # Within the unit of work they are looked up.
    Credentials: lambda parts: parts.request.scope["state"]["credentials"],
    WakeImports: lambda parts: parts.request.app.state.wake_imports,
    IncomingFile: lambda parts: parts.file,
    AppDatabase: lambda parts: parts.request.app.state.database,
    AppUrl: lambda parts: parts.request.app.state.settings.app_url,
    CallsPrivate: lambda parts: parts.request.app.state.settings.calls_private_addresses,
    SendsMail: lambda parts: parts.request.app.state.settings.mail is not None,
    SendsAccountMail: lambda parts: parts.request.app.state.settings.delivers_mail,
    Target: lambda parts: header(parts.request, b"hx-target").rpartition("#")[2] if is_partial(parts.request) else "",
}
