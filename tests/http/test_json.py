"""Requests of programs that are not as the API expects them."""

from typing import Any

import pytest

from tests.client import HtmlClient, Page
from tests.factories import Factory

pytestmark = pytest.mark.databases("sqlite")
JSON = "application/json"


class Api:
    """Ada's requests for a label."""

    def __init__(self, ada: HtmlClient, make: Factory) -> None:
        self.ada = ada
        self.label = make.record("labels", ada.user, name="errand")

    def send(self, method: str = "PUT", body: Any = None, path: str = "", **headers: str) -> Page:
        content = body if isinstance(body, bytes) or body is None else str(body).encode()
        sent = {"cookie": self.ada.cookie, "sec-fetch-site": "same-origin", "content-type": JSON, **headers}
        return self.ada.ask(method, path or f"/api/labels/{self.label.id}", headers=sent, content=content)


@pytest.fixture
def api(ada: HtmlClient, make: Factory) -> Api:
    return Api(ada, make)


def problem(answer: Page, status: int) -> dict[str, Any]:
    """The problem details, whose words are ours."""
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    found: dict[str, Any] = answer.response.json()
    assert (found["type"], found["status"]) == ("about:blank", status)
    assert not {"extra", "status_code"} & found.keys()
    return found


@pytest.mark.parametrize(
    "body", [b"", b"{", b'"\xff"', b'{"name": "\\ud800"}', b"[" * 60_000, b'{"name": "a"} x', b"\xef\xbb\xbf{}"]
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_is_no_json_cannot_be_read(api: Api, method: str, body: bytes) -> None:
    problem(api.send(method, body), 400)


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ('{"name": " "}', "name", "A label needs a name."),
        ("{}", "name", "This field is required."),
        ("[]", "", "This must be a JSON object."),
        ("null", "", "This must be a JSON object."),
        ('{"name": 7}', "name", "This must be text."),
        ('{"name": "home", "colour": "beige"}', "colour", "Choose one of the options."),
        ('{"name": "home", "owner": "Bob"}', "owner", "There is no such field."),
    ],
)
def test_a_wrong_field_is_named(api: Api, body: str, field: str, detail: str) -> None:
    (error,) = problem(api.send("PUT", body), 422)["errors"]

    assert error == {"field": field, "detail": detail}


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain", ""])
@pytest.mark.parametrize(
    ("method", "header", "accepted"),
    [
        ("POST", "accept-post", JSON),
        ("PUT", "accept", JSON),
        ("PATCH", "accept-patch", f"application/merge-patch+json, {JSON}"),
    ],
)
def test_another_media_type_is_refused(api: Api, method: str, header: str, accepted: str, media_type: str) -> None:
    path = "/api/labels" if method == "POST" else ""

    answer = api.send(method, '{"name": "home"}', path, **{"content-type": media_type})

    problem(answer, 415)
    assert answer.headers[header] == accepted


@pytest.mark.parametrize("tag", ['"1"', '"1.0123456789abcdef"', '"7", "1"', "*", "1", 'W/"x", "1"'])
def test_a_change_of_the_current_version_is_made(api: Api, tag: str) -> None:
    answer = api.send("PUT", '{"name": "home"}', **{"if-match": tag})

    assert answer.status == 200
    assert answer.response.json()["version"] == 2
    assert answer.headers["etag"].startswith('"2.')


@pytest.mark.parametrize("tag", ['"2"', 'W/"1"', '"x"', '"2", W/"1"'])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_of_another_version_is_not_made(api: Api, method: str, tag: str) -> None:
    answer = api.send(method, None if method == "DELETE" else '{"name": "home"}', **{"if-match": tag})

    problem(answer, 412)
    assert answer.headers["etag"] == '"1"'
    assert api.send("GET").response.json()["name"] == "errand"


def test_an_unreadable_condition_is_refused(api: Api) -> None:
    (error,) = problem(api.send("PUT", '{"name": "home"}', **{"if-match": '"1'}), 400)["errors"]

    assert error["field"] == "If-Match"


def test_a_known_record_is_not_sent_again(api: Api) -> None:
    tag = api.send("GET").headers["etag"]

    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = api.send("GET", **{"if-none-match": known})
        assert (answer.status, answer.html, answer.headers["etag"]) == (304, "", tag)
    api.send("PUT", '{"name": "home"}')
    assert api.send("GET", **{"if-none-match": tag}).status == 200


def test_a_merge_patch_changes_what_it_names(api: Api) -> None:
    api.send("PUT", '{"name": "errand", "colour": "teal"}')

    named = api.send("PATCH", '{"name": "home"}', **{"content-type": "application/merge-patch+json"})
    reset = api.send("PATCH", '{"colour": null}')
    missing = api.send("PATCH", '{"name": null}')

    assert (named.response.json()["name"], named.response.json()["colour"]) == ("home", "teal")
    assert (reset.response.json()["name"], reset.response.json()["colour"]) == ("home", "grey")
    assert problem(missing, 422)["errors"] == [{"field": "name", "detail": "This field is required."}]


def test_an_unknown_address_is_a_problem(api: Api) -> None:
    assert problem(api.send("GET", path="/api/nothing"), 404)["title"] == "Not Found"


def test_without_a_credential_it_says_which_there_are(signed_out: HtmlClient) -> None:
    answer = signed_out.ask("GET", "/api/labels")

    problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")
