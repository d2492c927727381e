"""The OpenAPI document is made from the handlers, so it says what they take and answer."""

from typing import Any

import pytest
from litestar import Litestar

from tests.conftest import settings_for
from web.controllers import route_handlers
from web.http.api.openapi import document as document_of
from web.http.dependencies import DEPENDENCIES


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    app = Litestar(route_handlers(), dependencies=DEPENDENCIES, openapi_config=None)
    return document_of(app, settings_for("sqlite:////daybook.db"))


def test_a_request_body_has_the_fields_of_the_draft(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/labels"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    draft = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    assert set(draft["properties"]) == {"name", "colour"}
    assert draft["required"] == ["name"]
    assert draft["additionalProperties"] is False


def test_the_path_and_header_parameters_of_a_handler_are_included(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/labels/{label_id}"]["put"]["parameters"]

    (label_id, if_match) = parameters
    assert (label_id["in"], label_id["name"], label_id["schema"]["type"]) == ("path", "label_id", "integer")
    assert if_match["$ref"].rpartition("/")[2] in document["components"]["parameters"]


def test_pages_and_injected_services_are_left_out(document: dict[str, Any]) -> None:
    assert [path for path in document["paths"] if not path.startswith("/api/")] == []
    assert "labels" not in str(document["paths"]["/api/labels"]["get"].get("parameters", ""))


def test_every_reference_is_defined(document: dict[str, Any]) -> None:
    for ref in _refs(document):
        kind, name = ref.removeprefix("#/components/").split("/")
        assert name in document["components"][kind], ref


def test_every_body_and_every_answer_has_an_example(document: dict[str, Any]) -> None:
    for address, path in document["paths"].items():
        for method, operation in path.items():
            answers = [answer for status, answer in operation["responses"].items() if status < "300"]
            for part in (operation.get("requestBody", {}), *answers):
                missing = [name for name, one in part.get("content", {}).items() if "example" not in one]
                assert missing == [], f"{method} {address}"


def test_an_exported_file_is_shown_as_it_is_written(document: dict[str, Any]) -> None:
    content = document["paths"]["/api/exports/{file_name}"]["get"]["responses"]["200"]["content"]

    assert content["application/json"]["example"]["tasks"][0]["title"] == "Buy milk"
    assert content["text/plain"]["example"] == "(B) 2027-03-01 Buy milk +Home due:2027-03-02\n"
    assert "SUMMARY:Buy milk\r\n" in content["text/calendar"]["example"]


def test_every_operation_has_a_name_of_its_own_and_a_sentence(document: dict[str, Any]) -> None:
    operations = [one for path in document["paths"].values() for one in path.values()]

    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["summary"].endswith(".") for one in operations)


def _refs(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [part["$ref"]] if "$ref" in part else [ref for value in part.values() for ref in _refs(value)]
    return [ref for value in part for ref in _refs(value)] if isinstance(part, list) else []
