"""The OpenAPI document is true: its examples fit its schemas, and so do the answers of every operation."""

from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from litestar import Litestar

from tests.client import HtmlClient
from tests.conftest import settings_for
from tests.factories import Factory
from tests.routes.walk import OWNER, Route, routes
from web.controllers import route_handlers
from web.http.api.openapi import document as document_of
from web.http.dependencies import DEPENDENCIES

JSON, PROBLEM = "application/json", "application/problem+json"


@cache
def document() -> dict[str, Any]:
    app = Litestar(route_handlers(), dependencies=DEPENDENCIES, openapi_config=None)
    return document_of(app, settings_for("sqlite:////daybook.db"))


def documented(route: Route) -> dict[str, Any] | None:
    """The operation of a route; None where the document leaves it out."""
    address = route.path.replace(OWNER, "{user_id}").replace(":int}", "}").replace(":uuid}", "}").replace(":str}", "}")
    found: dict[str, Any] | None = document()["paths"].get(address, {}).get(route.method.lower())
    return found


ROUTES = [route for route in routes() if route.is_api and route.noun != "exports" and documented(route)]


def problems(schema: Any, value: Any) -> list[str]:
    whole = {**schema, "components": document()["components"]}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)]


def shown(part: Any) -> list[dict[str, Any]]:
    """Every schema with its example, below a part of the document."""
    if isinstance(part, list):
        return [one for value in part for one in shown(value)]
    if not isinstance(part, dict):
        return []
    own = [part] if "schema" in part and "example" in part else []
    return own + [one for value in part.values() for one in shown(value)]


def test_every_example_fits_its_schema() -> None:
    found = shown(document())

    assert len(found) > 100
    assert [(one["example"], errors) for one in found if (errors := problems(one["schema"], one["example"]))] == []


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_body_and_answer_has_an_example(route: Route) -> None:
    operation = documented(route)
    assert operation

    contents = [operation.get("requestBody", {}), *operation["responses"].values()]
    described = [one for content in contents for one in content.get("content", {}).items()]

    assert [kind for kind, one in described if kind.endswith("json") and "example" not in one] == []
    assert {"400", "401", "403", "404", "429", "503"} <= operation["responses"].keys()


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_an_answer_is_as_documented(route: Route, ada: HtmlClient, signed_out: HtmlClient, make: Factory) -> None:
    operation = documented(route)
    assert operation
    number = route.make_id(make, ada.user) if route.takes_an_id or route.noun == "undo" else ""

    answer = route.send(ada, number if route.takes_an_id else "")
    refused = route.send(signed_out, number if route.takes_an_id else "")

    described = operation["responses"][str(answer.status)]
    if answer.status != 204 and answer.headers["content-type"] == JSON:
        content = described["content"][JSON]
        assert problems(content["schema"], answer.response.json()) == []
        assert answer.response.json().keys() == content["example"].keys()
    assert {name.lower() for name in described["headers"]} - {"link"} <= {name.lower() for name in answer.headers}
    assert (refused.status, refused.headers["content-type"]) == (401, PROBLEM)
    assert problems({"$ref": "#/components/schemas/Problem"}, refused.response.json()) == []
