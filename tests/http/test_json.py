"""Requests of programs that are not as the API expects them."""

from typing import Any

import pytest

from tests.client import HtmlClient
from tests.factories import Factory


def put(ada: HtmlClient, make: Factory, json: Any, **headers: str) -> dict[str, Any]:
    label = make.record("labels", ada.user, name="errand")
    headers |= {"cookie": ada.cookie, "sec-fetch-site": "same-origin"}

    answer = ada.ask("PUT", f"/api/labels/{label.id}", headers=headers, json=json)

    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    problem: dict[str, Any] = answer.response.json()
    return problem


def test_a_missing_header_is_named(ada: HtmlClient, make: Factory) -> None:
    problem = put(ada, make, {"name": "home"})

    assert "If-Match" in problem["detail"]


@pytest.mark.parametrize(
    ("json", "field", "message"),
    [({"name": " "}, "name", "A label needs a name."), ({}, "name", "Field required"), ([], "", "Input should be")],
)
def test_a_wrong_field_is_named(ada: HtmlClient, make: Factory, json: Any, field: str, message: str) -> None:
    (error,) = put(ada, make, json, **{"if-match": "1"})["errors"]

    assert error["field"] == field
    assert error["message"].startswith(message)
