"""The one place that answers: page, partial or redirect?"""

from collections.abc import Iterable
from typing import Any

from jinja2 import Environment
from litestar import MediaType, Request
from litestar.response import Response
from litestar.response.base import ASGIResponse

from web.http.middleware.session import user_of
from web.http.request import header


class Answer(Response[None]):
    """An answer that knows how to be a page, a partial or a redirect; the request decides which.

    A swap of a part of the page gets the partials: the first for its target, the others beside it. Anything else,
    a swap of the whole page included, gets the page, or is sent `back` with 303.
    """

    def __init__(
        self,
        context: dict[str, Any],
        *,
        page: str | None = None,
        partials: tuple[str, ...] = (),
        back: str = "/",
        into: str | None = None,
        swap: str = "outerHTML",
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(None, status_code=status, media_type=MediaType.HTML, headers=headers)
        self.context = context
        self.page, self.partials, self.back, self.into, self.swap = page, partials, back, into, swap
        self._response: ASGIResponse | None = None

    def rendered(self, request: Request[Any, Any, Any]) -> "Answer":
        """Decided and drawn, once: whatever may go wrong with it does so now."""
        if self._response is None:
            self._response = self._decide(request)
        return self

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **options: Any) -> ASGIResponse:
        response = self.rendered(request)._response
        assert response is not None
        return response

    def _decide(self, request: Request[Any, Any, Any]) -> ASGIResponse:
        headers = {**self.headers, "Vary": "HX-Request, HX-Request-Type"}
        if self.partials and is_partial(request):
            headers |= {"HX-Retarget": self.into, "HX-Reswap": self.swap} if self.into else {}
            return self._html(self._render_partials(request), headers)
        if self.page:
            partial = self.partials[0] if self.partials else None
            return self._html(self._render(request, self.page, swapped=False, partial=partial), headers)
        return ASGIResponse(status_code=303, headers={**headers, "Location": self.back}, media_type=MediaType.TEXT)

    def _render_partials(self, request: Request[Any, Any, Any]) -> str:
        drawn = (self._render(request, name, swapped=True, aside=place > 0) for place, name in enumerate(self.partials))
        return "".join(drawn)

    def _render(self, request: Request[Any, Any, Any], name: str, **more: Any) -> str:
        environment: Environment = request.app.state.templates
        return environment.get_template(name).render(user=user_of(request.scope), **self.context, **more)

    def _html(self, text: str, headers: dict[str, str]) -> ASGIResponse:
        return ASGIResponse(body=text, status_code=self.status_code, headers=headers, media_type=MediaType.HTML)


class RawResponse(Response[bytes]):
    """Bytes with headers letter for letter; a name may come more than once, as Set-Cookie must."""

    def __init__(self, body: bytes = b"", *, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(body, status_code=status)
        self.pairs = list(headers)

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **options: Any) -> ASGIResponse:
        return ASGIResponse(body=self.content, status_code=self.status_code or 200, headers=self.pairs)


def page(
    name: str,
    *,
    partial: str | None = None,
    into: str | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Answer:
    """A page; for a swap of a part of it, the partial instead (into another target where the form had another)."""
    return Answer(context, page=name, partials=(partial,) if partial else (), into=into, status=status, headers=headers)


def partials(*names: str, back: str, **context: Any) -> Answer:
    """What an action changed, for a swap; without one, the way back to the page it was done on."""
    return Answer(context, partials=names, back=back)


def is_partial(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx asks for a part of the page; going back in history, or `hx-select`, asks for all of it.

    See `HX-Request-Type` in https://four.htmx.org/reference.
    """
    return is_htmx(request) and header(request, b"hx-request-type") != "full"


def is_htmx(request: Request[Any, Any, Any]) -> bool:
    return header(request, b"hx-request") == "true"
