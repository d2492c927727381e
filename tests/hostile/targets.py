"""The routes of the application as targets, with records of a user that their paths name."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args, get_type_hints

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from tests.factories import Factory
from tests.hostile.generating import FORM, JSON, Target
from tests.records import NOUNS
from tests.routes.walk import OWNER, Route
from web.http.api.reading import QueryPart
from web.models.user import User

WITH_BODY = ("POST", "PUT", "PATCH")
_PARAMETER = re.compile(r"\{(\w+):")


def targets_of(app: Litestar, routes: Iterable[Route], make: Factory, user: User) -> Sequence[Target]:
    """A target for each route of the application, with the draft of tests/records.py as its example.

    Routes whose paths name the same kind of record share one.
    """
    handlers = dict(_handlers(app))
    # By noun, and the state that an action needs its record in.
    made: dict[str, object] = {}
    found = []
    for route in routes:
        if route.takes_an_id and (kind := _kind_of(route)) not in made:
            made[kind] = route.make_id(make, user)
        values = {"user_id": [user.id]} if OWNER in route.path else {}
        values |= {_PARAMETER.findall(route.path)[-1]: [made[_kind_of(route)]]} if route.takes_an_id else {}
        found.append(_target(route, values, _query_of(handlers[str(route)], route.path)))
    return found


def _target(route: Route, values: Mapping[str, Sequence[object]], query: Sequence[str]) -> Target:
    example = dict(route.draft) if route.method in WITH_BODY else None
    return Target(route.method, route.path, values, example, query, JSON if route.is_api else FORM)


def _kind_of(route: Route) -> str:
    return (
        f"{route.noun} {route.action}"
        if route.noun in NOUNS and NOUNS[route.noun].before.get(route.action)
        else route.noun
    )


def _handlers(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """By method and path, as `str(Route)`."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from ((f"{method} {route.path}", handler) for method, (handler, _) in route.route_handler_map.items())


def _query_of(handler: HTTPRouteHandler, path: str) -> Sequence[str]:
    """The fields of a `Query[Draft]`; of a page those parameters of its handler that its path does not name."""
    function: Any = handler.fn
    hints = get_type_hints(getattr(function, "handler", function), include_extras=True)
    drafts = [get_args(hint)[0] for hint in hints.values() if _is_query(hint)]
    if drafts:
        return [*drafts[0].model_fields]
    own = [name for name in inspect.signature(function).parameters if name not in ("self", "request")]
    return [name for name in own if f"{{{name}:" not in path]


def _is_query(hint: Any) -> bool:
    return any(isinstance(argument, QueryPart) for argument in getattr(hint, "__metadata__", ()))
