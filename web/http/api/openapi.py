"""The OpenAPI 3.1 document of the API, made from the handlers: their parameters, bodies, answers and docstrings.

Schemas come from Pydantic for what is sent and from msgspec for what is answered, so they are those that the requests
are validated and encoded with. Litestar's own generator does not know them (docs/decisions.md).
"""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from litestar import Litestar
from litestar.response import Stream
from litestar.routes import HTTPRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from web.http.api import openapi_parts as parts
from web.http.api.answering import Answer, Items
from web.http.api.examples import BODIES, answer_example, problem_example
from web.http.api.file_examples import file_examples
from web.http.api.problems import MEDIA_TYPE, Problem
from web.http.api.reading import JSON, MERGE_PATCH, BodyPart, IfMatchPart, Patch, QueryPart
from web.http.middleware.same_origin import SAFE_METHODS
from web.http.request import PROXIED, IncomingFile
from web.settings import Settings

REF = "#/components/schemas/"
FILE = "application/octet-stream"
_PARAMETER = re.compile(r"\{(\w+):\w+\}")


@dataclass(frozen=True)
class Operation:
    """A method of an address, as its handler declares it."""

    method: str
    path: str
    status: int
    handler: Callable[..., Any]

    @cached_property
    def hints(self) -> dict[str, Any]:
        return get_type_hints(self.handler, include_extras=True)

    @property
    def answer(self) -> Any:
        """The type of the body; NoneType for an answer without one."""
        hint = self.hints["return"]
        return get_args(hint)[0] if get_origin(hint) is Answer else hint

    @property
    def body(self) -> type[BaseModel] | None:
        return next((get_args(hint)[0] for hint in self.hints.values() if _is(hint, BodyPart)), None)

    @property
    def patch(self) -> type[BaseModel] | None:
        return next((get_args(hint)[0] for hint in self.hints.values() if get_origin(hint) is Patch), None)

    @property
    def query(self) -> type[BaseModel] | None:
        return next((get_args(hint)[0] for hint in self.hints.values() if _is(hint, QueryPart)), None)

    @property
    def takes_file(self) -> bool:
        return IncomingFile in self.hints.values()

    @property
    def is_conditional(self) -> bool:
        return any(_is(hint, IfMatchPart) for hint in self.hints.values())

    @property
    def address(self) -> str:
        return _PARAMETER.sub(r"{\1}", self.path)

    @property
    def path_parameters(self) -> list[str]:
        return _PARAMETER.findall(self.path)

    @property
    def tag(self) -> str:
        """The noun: the first part of the path that is no parameter."""
        return next(part for part in self.address.removeprefix("/api/").split("/") if "{" not in part)


def document(app: Litestar, settings: Settings) -> dict[str, Any]:
    """The whole document of this deployment."""
    operations = list(operations_of(app))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.address, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": parts.INFO,
        "servers": [{"url": settings.app_url}],
        "security": [{"token": []}, {"session": []}],
        "tags": [{"name": tag} for tag in sorted({operation.tag for operation in operations})],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": _schemas(operations),
            "responses": {name: _problem(int(name), sentence) for name, sentence in parts.PROBLEMS.items()},
            "headers": parts.HEADERS,
            "parameters": parts.PARAMETERS,
            "securitySchemes": parts.security_schemes(settings.session_cookie),
        },
    }


def operations_of(app: Litestar) -> Iterator[Operation]:
    """Every operation of the API, whose handlers `@api` decorates."""
    for route in app.routes:
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/") and not route.path.startswith(PROXIED):
            for method, (handler, _) in route.route_handler_map.items():
                declared = getattr(handler.fn, "handler", None)
                if declared and method != "OPTIONS" and handler.resolve_include_in_schema():
                    yield Operation(str(method), route.path, handler.status_code, declared)


def _described(operation: Operation) -> dict[str, Any]:
    summary, _, more = inspect.cleandoc(operation.handler.__doc__ or "").partition("\n")
    described = {
        "operationId": _operation_id(operation),
        "tags": [operation.tag],
        "summary": summary,
        "description": " ".join(more.split()) or None,
        "parameters": _parameters(operation) or None,
        "requestBody": _request_body(operation),
        "responses": {str(operation.status): _success(operation), **_problems(operation)},
    }
    return {name: value for name, value in described.items() if value is not None}


def _operation_id(operation: Operation) -> str:
    """The method and the words of its path."""
    words = [word.strip("{}") for word in operation.address.removeprefix("/api/").split("/")]
    return "_".join([operation.method.lower(), *words]).replace("-", "_")


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [parts.path_parameter(name) for name in operation.path_parameters]
    if operation.query:
        schema = operation.query.model_json_schema()
        found += [parts.query_parameter(name, one) for name, one in schema["properties"].items()]
    names = ["If-Match"] if operation.is_conditional else []
    names += ["Idempotency-Key"] if operation.method == "POST" else []
    names += ["If-None-Match"] if operation.method == "GET" else []
    return [*found, *({"$ref": f"#/components/parameters/{name}"} for name in names)]


def _request_body(operation: Operation) -> dict[str, Any] | None:
    if operation.body:
        return {"required": True, "content": {JSON: _shown_body(operation.body.__name__)}}
    if operation.patch:
        patch = _shown_body(f"{operation.patch.__name__}Patch")
        return {"required": True, "content": {MERGE_PATCH: patch, JSON: patch}}
    if operation.takes_file:
        return {
            "required": True,
            "content": {
                FILE: {"schema": {"type": "string", "format": "binary"}, "example": file_examples()["text/plain"]}
            },
        }
    return None


def _success(operation: Operation) -> dict[str, Any]:
    names = ["RateLimit", "RateLimit-Policy"]
    names += [] if operation.method in SAFE_METHODS else ["Operation"]
    links = {} if operation.method in SAFE_METHODS else {"links": parts.UNDO_LINK}
    if operation.answer is NoneType:
        return {"description": "Done.", "headers": _headers(names), **links}
    names += ["ETag"] if operation.answer is not Stream else []
    names += ["Location"] if operation.status == 201 else []
    names += ["Link"] if _origin_of(operation.answer) is Items else []
    description = parts.DESCRIPTIONS[operation.status]
    return {"description": description, "headers": _headers(names), "content": _content(operation), **links}


def _content(operation: Operation) -> dict[str, Any]:
    """The answer by its media types."""
    if operation.answer is Stream:
        schemas = {JSON: {"type": "object"}}
        return {
            name: {"schema": schemas.get(name, {"type": "string"}), "example": example}
            for name, example in file_examples().items()
        }
    (schema,), _ = msgspec.json.schema_components([operation.answer], ref_template=REF + "{name}")
    return {JSON: {"schema": schema, "example": answer_example(operation.answer)}}


def _shown_body(name: str) -> dict[str, Any]:
    return {"schema": _ref(name), "example": BODIES[name]}


def _problems(operation: Operation) -> dict[str, Any]:
    statuses = [400, 401, 403, 404, 429, 503]
    statuses += [] if operation.method in SAFE_METHODS else [409]
    statuses += [412] if operation.is_conditional else []
    statuses += [413, 415, 422] if operation.body or operation.patch else []
    statuses += [413] if operation.takes_file else []
    statuses += [422] if operation.method == "POST" or operation.query else []
    problems = {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted({*statuses})}
    return ({"304": {"description": parts.DESCRIPTIONS[304]}} if operation.method == "GET" else {}) | problems


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    sent = {model for one in operations for model in (one.body, one.patch) if model}
    modes: Any = [(model, "validation") for model in sorted(sent, key=lambda model: model.__name__)]
    _, drafts = models_json_schema(modes, ref_template=REF + "{model}")
    answers = [one.answer for one in operations if one.answer not in (NoneType, Stream)]
    _, outs = msgspec.json.schema_components([*answers, Problem], ref_template=REF + "{name}")
    found = {name: _closed(schema) for name, schema in drafts.get("$defs", {}).items()}
    patches = {f"{one.patch.__name__}Patch": one.patch.__name__ for one in operations if one.patch}
    found |= {name: _patch_of(found[of]) for name, of in patches.items()}
    return dict(sorted((outs | found).items()))


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "additionalProperties": False} if schema.get("type") == "object" else schema


def _patch_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Any of the fields; null is the default, which a required field does not have."""
    required = schema.get("required", [])
    properties = {name: one if name in required else _nullable(one) for name, one in schema["properties"].items()}
    return {"title": f"{schema['title']}Patch", "type": "object", "properties": properties} | {
        "additionalProperties": False
    }


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    named = {name: value for name, value in schema.items() if name in ("title", "description", "default")}
    bare = {name: value for name, value in schema.items() if name not in named}
    choices = bare.get("anyOf", [bare])
    null = {"type": "null"}
    return {**named, "anyOf": choices if null in choices else [*choices, null]}


def _problem(status: int, sentence: str) -> dict[str, Any]:
    shown = {"schema": _ref("Problem"), "example": problem_example(status)}
    return {"description": sentence, "content": {MEDIA_TYPE: shown}}


def _headers(names: Sequence[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": REF + name}


def _is(hint: Any, part: type) -> bool:
    return any(isinstance(argument, part) for argument in getattr(hint, "__metadata__", ()))


def _origin_of(hint: Any) -> Any:
    return get_origin(hint) or hint
