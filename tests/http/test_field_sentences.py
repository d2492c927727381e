"""Whatever a field gets, its user is told in Daybook's words."""

import json
import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from pydantic import BaseModel, ValidationError

from tests.hostile.values import NUMBERS, OTHER_JSON, STRINGS
from web.controllers import route_handlers
from web.http.api.openapi import operations_of
from web.http.api.problems import InvalidBody
from web.http.api.reading import validated
from web.http.dependencies import DEPENDENCIES
from web.http.field_sentences import message

PYDANTIC = (
    "Input should",
    "String should",
    "List should",
    "Tuple should",
    "Field required",
    "Extra inputs",
    "Value should",
)
# Of a regular expression, which is no sentence.
PATTERN = ("^", "\\", "[0-9", "[^")


def models(part: str) -> list[type[BaseModel]]:
    app = Litestar(route_handlers(), dependencies=DEPENDENCIES, openapi_config=None)
    found = {model for one in operations_of(app) if (model := getattr(one, part))}
    return sorted(found, key=lambda model: model.__name__)


@pytest.mark.parametrize("model", models("body"), ids=lambda model: model.__name__)
def test_a_body_is_refused_in_our_words(model: type[BaseModel]) -> None:
    seen = {sentence for name in model.model_fields for sentence in _sentences_of(model, name)}

    assert seen
    assert [sentence for sentence in seen if not _is_ours(sentence)] == []


@pytest.mark.parametrize("model", models("query"), ids=lambda model: model.__name__)
def test_a_query_is_refused_in_our_words(model: type[BaseModel]) -> None:
    seen = set()
    for name in (*model.model_fields, "unknown"):
        for value in STRINGS:
            try:
                model.model_validate_strings({name: value}, strict=True, extra="forbid")
            except ValidationError as problem:
                seen |= {message(error) for error in problem.errors()}

    assert [sentence for sentence in seen if not _is_ours(sentence)] == []


def _is_ours(sentence: str) -> bool:
    """What was sent is quoted in some."""
    without_quotations = re.sub("“.*”", "", sentence, flags=re.DOTALL)
    return not sentence.startswith(PYDANTIC) and not any(part in without_quotations for part in PATTERN)


def _sentences_of(model: type[BaseModel], name: str) -> Iterator[str]:
    for value in (*STRINGS, *NUMBERS, *OTHER_JSON):
        try:
            validated(model, json.dumps({name: value, "unknown": 1}).encode())
        except InvalidBody as refused:
            yield from (error.detail for error in refused.errors)
