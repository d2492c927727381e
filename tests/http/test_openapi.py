"""An OpenAPI document of the JSON API is generated from the handlers' signatures."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.openapi import OpenAPIConfig

from web.controllers import route_handlers
from web.http.dependencies import DEPENDENCIES


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    config = OpenAPIConfig("Daybook", "1")
    return Litestar(route_handlers(), dependencies=DEPENDENCIES, openapi_config=config).openapi_schema.to_schema()


def test_a_request_body_has_the_fields_of_the_draft(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/labels"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    draft = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    assert set(draft["properties"]) == {"name", "colour"}
    assert draft["required"] == ["name"]


def test_the_path_and_header_parameters_of_a_handler_are_included(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/labels/{label_id}"]["put"]["parameters"]

    found = {(parameter["in"], parameter["name"], parameter["schema"]["type"]) for parameter in parameters}
    assert found == {("path", "label_id", "integer"), ("header", "If-Match", "integer")}


def test_pages_and_injected_services_are_left_out(document: dict[str, Any]) -> None:
    assert [path for path in document["paths"] if path.startswith(("/tasks", "/labels", "/undo"))] == []
    assert "labels" not in str(document["paths"]["/api/labels"]["get"].get("parameters", ""))
