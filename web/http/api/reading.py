"""What programs send: a JSON body, a merge patch, the parameters of a query, a version in If-Match.

Each is read strictly: `"0"` is no number and an unknown field is an error, because a program is better told than
guessed at. The rules of the fields are those of the Drafts, as for the forms of the pages.
"""

import re
from collections.abc import Collection
from typing import Annotated, Any, Generic, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from web.http.api.problems import INVALID_QUERY, BadRequest, FieldError, InvalidBody, UnsupportedMediaType, field_errors
from web.http.request import Part, RequestParts, header

Draft = TypeVar("Draft", bound=BaseModel)
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
MOST_PARAMETERS = 20
# What Pydantic calls text that is no JSON.
_NO_JSON = ("json_invalid", "json_type", "string_unicode")
# "7" or "7.3f1c…", as Daybook writes it; the version alone without quotes too, which programs send.
_VERSION = re.compile(r'"(\d{1,18})(?:\.[0-9a-f]+)?"|(\d{1,18})')
_ENTITY_TAG = re.compile(r'\s*((?:W/)?"[\x21\x23-\x7e\x80-\xff]*"|\d+)\s*(?:,|$)')


class BodyPart(Part):
    def read(self, parts: RequestParts, kind: Any) -> Any:
        require_media_type(parts, "Accept-Post" if parts.request.method == "POST" else "Accept", JSON)
        return validated(kind, parts.body)


class QueryPart(Part):
    def read(self, parts: RequestParts, kind: Any) -> Any:
        try:
            return kind.model_validate_strings(_parameters(parts), strict=True, extra="forbid")
        except ValidationError as problem:
            raise BadRequest(INVALID_QUERY, field_errors(problem.errors())) from problem


class IfMatchPart(Part):
    def read(self, parts: RequestParts, kind: Any) -> Any:
        return versions_in(header(parts.request, b"if-match"))


Body: TypeAlias = Annotated[Draft, BodyPart()]
"""The JSON body as a Draft."""
Query: TypeAlias = Annotated[Draft, QueryPart()]
"""The parameters of the query as a Draft."""
IfMatch: TypeAlias = Annotated[Collection[int] | None, IfMatchPart()]
"""The versions that a change may be based on; None where any will do."""


class Patch(Part, Generic[Draft]):
    """A merge patch (RFC 7396): the fields to change; null is the default of the field."""

    def __init__(self, kind: type[Draft] | None = None, fields: dict[str, Any] | None = None) -> None:
        self._kind, self._fields = kind, fields or {}

    def read(self, parts: RequestParts, kind: Any) -> Any:
        require_media_type(parts, "Accept-Patch", MERGE_PATCH, JSON)
        fields = _object(parts.body)
        if unknown := [name for name in fields if name not in kind.model_fields]:
            raise InvalidBody(FieldError(name, "There is no such field.") for name in unknown)
        return Patch(kind, fields)

    @property
    def names(self) -> Collection[str]:
        """The fields that it changes."""
        return self._fields.keys()

    def applied_to(self, draft: Draft) -> Draft:
        """The draft with the changes, checked as a whole. Raises InvalidBody."""
        assert self._kind is not None
        merged = {**draft.model_dump(mode="json", warnings=False), **self._fields}
        present = {name: value for name, value in merged.items() if value is not None}
        # As JSON, because a date is a text there.
        applied: Draft = validated(self._kind, to_json(present))
        return applied


def validated(kind: Any, body: bytes) -> Any:
    """Raises BadRequest for what is no JSON, InvalidBody for what is no Draft."""
    try:
        return kind.model_validate_json(body, strict=True, extra="forbid")
    except ValidationError as problem:
        errors = problem.errors()
        if errors[0]["type"] in _NO_JSON:
            raise BadRequest(_no_json(body)) from problem
        raise InvalidBody(field_errors(errors)) from problem


def versions_in(text: str) -> Collection[int] | None:
    """The versions in an If-Match header. None without one and for `*`. Raises BadRequest.

    Compared strongly (RFC 9110, section 13.1.1): a weak tag matches nothing. Of a tag only the version counts: what
    else an answer shows, such as the number of steps, is not what the change is about.
    """
    if not text or text.strip() == "*":
        return None
    tags, place = [], 0
    while place < len(text):
        found = _ENTITY_TAG.match(text, place)
        if found is None:
            raise BadRequest('If-Match must be * or a list of entity tags, such as "7".', [_if_match()])
        tags.append(found[1])
        place = found.end()
    matches = [match for tag in tags if (match := _VERSION.fullmatch(tag))]
    return [int(match[1] or match[2]) for match in matches]


def require_media_type(parts: RequestParts, header_name: str, *accepted: str) -> None:
    """Raises UnsupportedMediaType. An empty body without a type is left to be found empty."""
    sent = header(parts.request, b"content-type")
    if (sent or parts.body) and sent.partition(";")[0].strip().lower() not in accepted:
        raise UnsupportedMediaType(header_name, ", ".join(accepted))


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = from_json(body, allow_inf_nan=False)
    except ValueError as problem:
        raise BadRequest(_no_json(body)) from problem
    if not isinstance(found, dict):
        raise InvalidBody([FieldError("", "This must be a JSON object.")])
    return found


def _no_json(body: bytes) -> str:
    return "The body is not JSON in UTF-8." if body else "The body is empty; it must be a JSON object."


def _parameters(parts: RequestParts) -> dict[str, str]:
    query = parts.request.scope["query_string"].decode("latin-1")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError as problem:
        raise BadRequest("The query cannot be read: it must be percent-encoded UTF-8.") from problem
    given = dict(pairs)
    if twice := sorted({name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1}):
        raise BadRequest(
            "A parameter may be given once.", [FieldError(name, "This is given more than once.") for name in twice]
        )
    return given


def _if_match() -> FieldError:
    return FieldError("If-Match", "This is no list of entity tags.")
