"""Renders what a handler returns: a page, only its partials for htmx, or a redirect."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from jinja2 import Environment
from litestar import MediaType
from litestar.response import Response
from litestar.response.base import ASGIResponse

from web.http.middleware.session import user_of
from web.http.request import AnyRequest, client_info, current_url, is_htmx, is_partial
from web.models.task_query import TaskQuery
from web.services.overview import Overview

VARY = "HX-Request, HX-Request-Type"
# The entries of the index with their numbers: on every page, and beside whatever changes a task.
VIEWS = "layouts/_views.html"
# The cookie of a browser whose index is folded; static/js/later/rows/fold.js sets it.
FOLDED = "daybook.index=folded"
GetOverview = Callable[[], Overview | None]


class Rendered(Response[None]):
    """An answer that is rendered inside the unit of work: a template that fails then is an ordinary error page."""

    def __init__(self, context: Mapping[str, Any], status: int, headers: Mapping[str, str] | None) -> None:
        super().__init__(None, status_code=status, media_type=MediaType.HTML, headers=headers)
        self.context = context
        self._response: ASGIResponse | None = None

    def rendered(self, request: AnyRequest, overview: GetOverview = lambda: None) -> Self:
        """Rendered once, however often it is asked for. `overview` is called only for what shows the index."""
        if self._response is None:
            self._response = self._render(request, overview)
        return self

    def to_asgi_response(self, app: Any, request: AnyRequest, **options: Any) -> ASGIResponse:
        response = self.rendered(request)._response
        assert response is not None
        return response

    def _render(self, request: AnyRequest, overview: GetOverview) -> ASGIResponse:
        raise NotImplementedError

    def _template(self, request: AnyRequest, name: str, **more: Any) -> str:
        environment: Environment = request.app.state.templates
        return environment.get_template(name).render(user=user_of(request.scope), **self.context, **more)

    def _html(self, text: str, **headers: str) -> ASGIResponse:
        headers = {**self.headers, "Vary": VARY, **headers}
        return ASGIResponse(body=text, status_code=self.status_code, headers=headers, media_type=MediaType.HTML)


class Page(Rendered):
    """A page; for a swap of a part of it the partial instead, into another target where the form had another."""

    def __init__(
        self,
        context: Mapping[str, Any],
        page: str,
        partial: str | None = None,
        *,
        into: str | None = None,
        swap: str = "outerHTML",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(context, status, headers)
        self.page, self.partial, self.into, self.swap = page, partial, into, swap

    def _render(self, request: AnyRequest, overview: GetOverview) -> ASGIResponse:
        if self.partial and is_partial(request):
            retarget = {"HX-Retarget": self.into, "HX-Reswap": self.swap} if self.into else {}
            return self._html(self._template(request, self.partial, swapped=True, aside=False), **retarget)
        more: dict[str, Any] = {"swapped": False, "partial": self.partial}
        if "here" not in self.context:
            more["here"] = _entry(request.scope["path"], request.scope["query_string"].decode("latin-1"))
        if "overview" not in self.context:
            more["overview"] = overview()
        more["is_folded"] = FOLDED in client_info(request.scope).cookies
        return self._html(self._template(request, self.page, **more))


class Partials(Rendered):
    """What an action changed: the first for the target, the others beside it. Without htmx, 303 `back`."""

    def __init__(
        self, context: Mapping[str, Any], names: tuple[str, ...], back: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(context, 200, headers)
        self.names, self.back = names, back

    def _render(self, request: AnyRequest, overview: GetOverview) -> ASGIResponse:
        if not is_partial(request):
            return redirect_response(self.back)
        more: dict[str, Any] = {"swapped": True}
        if VIEWS in self.names:
            place = urlsplit(current_url(request))
            more |= {"overview": overview(), "here": _entry(place.path, place.query)}
        parts = (self._template(request, name, aside=place > 0, **more) for place, name in enumerate(self.names))
        return self._html("".join(parts))


def _entry(path: str, query: str) -> str:
    """The path of a page, by which the index marks its entry; empty for a filter of the tasks, which has none."""
    return TaskQuery.read_string(query).entry if path == TaskQuery.path else path


class Redirect(Response[None]):
    """303 to another page."""

    def __init__(self, to: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(None, status_code=303, headers=headers)
        self.to = to

    def to_asgi_response(self, app: Any, request: AnyRequest, **options: Any) -> ASGIResponse:
        return redirect_response(self.to, self.headers)


class NewPage(Response[None]):
    """Another page as a whole: htmx loads it, where it would swap in what a redirect leads to."""

    def __init__(self, to: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(None, headers=headers)
        self.to = to

    def to_asgi_response(self, app: Any, request: AnyRequest, **options: Any) -> ASGIResponse:
        if is_htmx(request):
            return ASGIResponse(status_code=204, headers={"Vary": VARY, "HX-Redirect": self.to, **self.headers})
        return redirect_response(self.to, self.headers)


class RawResponse(Response[bytes]):
    """Bytes with headers as given; a name may come more than once, as Set-Cookie must."""

    def __init__(self, body: bytes = b"", *, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(body, status_code=status)
        self.pairs = list(headers)

    def to_asgi_response(self, app: Any, request: AnyRequest, **options: Any) -> ASGIResponse:
        return ASGIResponse(body=self.content, status_code=self.status_code or 200, headers=self.pairs)


def page(
    name: str,
    *,
    partial: str | None = None,
    into: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Page:
    """A page, or for a swap its partial."""
    return Page(context, name, partial, into=into, status=status, headers=headers)


def partials(*names: str, back: str, headers: Mapping[str, str] | None = None, **context: Any) -> Partials:
    """What an action changed, for a swap; otherwise the way back to the page it was sent from."""
    return Partials(context, names, back, headers)


def redirect_response(to: str, headers: Mapping[str, str] | None = None) -> ASGIResponse:
    all_headers = {"Vary": VARY, "Location": to, **(headers or {})}
    return ASGIResponse(status_code=303, headers=all_headers, media_type=MediaType.TEXT)
