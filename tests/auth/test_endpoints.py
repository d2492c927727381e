"""Which calls of Better Auth are passed on, and what of them."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from web.auth.endpoints import ENDPOINTS, MAX_EMAIL, MAX_NAME, MAX_TEXT, Call, InvalidCall, WrongMethod, checked_call
from web.domain.errors import NotFound

GUESS = {"email": "ada@example.com", "password": "a wild guess"}
ADA = {"name": "Ada", **GUESS}
READING = [path for path, model in ENDPOINTS.items() if model is None and ":" not in path]
WITHOUT_FIELDS = ("/sign-out", "/revoke-sessions", "/revoke-other-sessions")
WRITING = [path for path, model in ENDPOINTS.items() if model is not None]


def posted(path: str, body: Any, content_type: str = "application/json") -> Call:
    return checked_call("POST", path, "", content_type, body if isinstance(body, bytes) else json.dumps(body).encode())


class TestPaths:
    @pytest.mark.parametrize("path", READING)
    def test_known_paths_are_read(self, path: str) -> None:
        assert checked_call("GET", path, "", "", b"").address == path

    @pytest.mark.parametrize(
        "path",
        [
            *("", "/", "/ok", "/error", "/nowhere", "/list-accounts", "/update-session", "/verify-password"),
            "/list-sessions",
            *("/get-session/", "//get-session", "/./get-session", "/../get-session", "/get-session/..", "/GET-SESSION"),
            *("/get-session\x00", "/get-session;a=b", "/get-session?a=b", "/get-session#a", "\\get-session"),
            *("/sign-in", "/sign-in/social", "/callback/google", "/open-api/generate-schema", "/admin/list-users"),
            *("/reset-password/", "/reset-password/:token", "/reset-password/a/b", "/reset-password/..", "/jwks/a"),
            *("/reset-password/" + "a" * 201, "/reset-password/é", "/reset-password/%2e%2e", "/reset-password/a\n"),
        ],
    )
    def test_all_others_are_not_found(self, path: str) -> None:
        for method in ("GET", "POST"):
            with pytest.raises(NotFound):
                checked_call(method, path, "", "application/json", b"{}")

    def test_a_reset_link_has_a_token(self) -> None:
        assert checked_call("GET", "/reset-password/aB3_-", "callbackURL=%2Freset", "", b"") == Call(
            "GET", "/reset-password/aB3_-?callbackURL=%2Freset"
        )

    @pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
    def test_each_has_one_method(self, method: str) -> None:
        for path in ENDPOINTS:
            if ":" not in path:
                with pytest.raises(WrongMethod):
                    checked_call(method, path, "", "application/json", b"{}")
        with pytest.raises(WrongMethod, match="POST"):
            checked_call("GET", "/sign-out", "", "", b"")
        with pytest.raises(WrongMethod, match="GET"):
            checked_call("POST", "/get-session", "", "", b"")


class TestQueries:
    def test_are_written_in_one_way(self) -> None:
        assert checked_call("GET", "/verify-email", "token=a.b&callbackURL=/é?x", "", b"").address == (
            "/verify-email?token=a.b&callbackURL=%2F%C3%A9%3Fx"
        )

    @pytest.mark.parametrize(
        "query",
        ["token=%00", "token=a%0D%0Ab", "%00=a", "token=%ff", "token=" + "a" * (MAX_TEXT + 1), "&".join(["a=b"] * 11)],
    )
    def test_that_a_database_cannot_store_are_refused(self, query: str) -> None:
        with pytest.raises(InvalidCall):
            checked_call("GET", "/verify-email", query, "", b"")


class TestTheWayBack:
    """Better Auth 1.7 answers /..//elsewhere with a redirect to //elsewhere."""

    @pytest.mark.parametrize(
        "path", ["/..//elsewhere", "/.//elsewhere", "/a/..//elsewhere", "//elsewhere", "/%2e%2e//x", "/%2e%2e", "/\\x"]
    )
    def test_has_one_reading(self, path: str) -> None:
        with pytest.raises(InvalidCall, match="plain path"):
            checked_call("GET", "/verify-email", urlencode({"token": "a.b", "callbackURL": path}), "", b"")
        for call, body in (
            ("/sign-in/email", {**GUESS, "callbackURL": path}),
            ("/request-password-reset", {"email": "ada@example.com", "redirectTo": path}),
        ):
            with pytest.raises(InvalidCall, match="plain path"):
                posted(call, body)

    def test_may_be_any_page(self) -> None:
        back = "/tasks?next=/..//elsewhere&done=50%#end"

        assert back in posted("/sign-in/email", {**GUESS, "callbackURL": back}).body.decode()
        checked_call("GET", "/verify-email", urlencode({"callbackURL": back}), "", b"")


class TestBodies:
    def test_are_sent_on_as_they_were_read(self) -> None:
        twice = b'{"email": "x", "password": "a", "rememberMe": false, "email": "ada@example.com"}'

        assert json.loads(posted("/sign-in/email", twice).body) == {
            "email": "ada@example.com",
            "password": "a",
            "rememberMe": False,
        }

    @pytest.mark.parametrize("path", WITHOUT_FIELDS)
    def test_may_be_missing_where_nothing_is_required(self, path: str) -> None:
        assert checked_call("POST", path, "", "", b"").body == b"{}"

    @pytest.mark.parametrize("path", [path for path in WRITING if path not in WITHOUT_FIELDS])
    def test_are_required_otherwise(self, path: str) -> None:
        with pytest.raises(InvalidCall):
            checked_call("POST", path, "", "", b"")

    @pytest.mark.parametrize("path", WRITING)
    @pytest.mark.parametrize(
        "body",
        [
            *(b"null", b"[]", b"5", b'"a"', b"{", b'{"a":', b"\xff", b'{"admin":true}', b'{"role":"admin"}'),
            *(b'{"image":"javascript:alert(1)"}', b"[" * 50_000, b'{"a":' * 10_000, b"9" * 50_000, b"NaN"),
        ],
        ids=lambda body: repr(body[:10]),
    )
    def test_of_another_form_are_refused(self, path: str, body: bytes) -> None:
        with pytest.raises(InvalidCall):
            posted(path, body)

    @pytest.mark.parametrize("value", [None, 5, 1.5, True, [], ["a"], {}, {"a": "b"}, "a\x00b", "\x1b[31m", "a\x7fb"])
    @pytest.mark.parametrize(
        ("path", "field"),
        [
            *(("/sign-up/email", name) for name in ("name", "email", "password", "callbackURL")),
            *(("/sign-in/email", name) for name in ("email", "password", "callbackURL")),
            *(("/update-user", "name"), ("/revoke-session", "token")),
            *(("/reset-password", "token"), ("/reset-password", "newPassword"), ("/change-email", "newEmail")),
            *(("/change-password", "currentPassword"), ("/request-password-reset", "redirectTo")),
        ],
    )
    def test_with_a_field_of_another_type_are_refused(self, path: str, field: str, value: object) -> None:
        with pytest.raises(InvalidCall, match=field):
            posted(path, {**self.smallest(path), field: value})

    @pytest.mark.parametrize("name", ["", " ", "\u200b", "\u202e", "\u3164", "x" * (MAX_NAME + 1)])
    @pytest.mark.parametrize("path", ["/sign-up/email", "/update-user"])
    def test_with_a_name_that_a_form_refuses_are_refused(self, path: str, name: str) -> None:
        with pytest.raises(InvalidCall, match="name"):
            posted(path, {**self.smallest(path), "name": name})

    def test_with_half_a_surrogate_pair_are_refused(self) -> None:
        with pytest.raises(InvalidCall):
            posted("/update-user", b'{"name":"a\\ud800"}')

    @pytest.mark.parametrize(("field", "most"), [("name", MAX_NAME), ("email", MAX_EMAIL), ("password", MAX_TEXT)])
    def test_have_the_lengths_of_the_forms(self, field: str, most: int) -> None:
        assert posted("/sign-up/email", {**ADA, field: "é" * most}).body
        with pytest.raises(InvalidCall, match=field):
            posted("/sign-up/email", {**ADA, field: "é" * (most + 1)})

    @pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/json5"])
    def test_of_another_type_are_refused(self, kind: str) -> None:
        with pytest.raises(InvalidCall, match="application/json"):
            posted("/sign-in/email", GUESS, kind)

    def smallest(self, path: str) -> dict[str, Any]:
        """A valid body with the required fields only."""
        model = ENDPOINTS[path]
        assert model
        return {str(field.alias): "abc" for field in model.model_fields.values() if field.is_required()}
