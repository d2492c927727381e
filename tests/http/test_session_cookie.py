"""The signature of session cookies, in the format of Better Auth."""

from urllib.parse import quote, unquote

import pytest

from tests.client import HtmlClient
from tests.factories import SECRET
from web.auth.cookie import signed, token_of

TOKEN = "HZzSL7KBzSZUSxZMNOjHLOFbwGlwl70n"


class TestTheCookie:
    def test_contains_the_token(self) -> None:
        assert token_of([signed(TOKEN, SECRET)], SECRET) == TOKEN

    def test_has_the_format_that_better_auth_writes(self, newcomer: HtmlClient) -> None:
        answer = newcomer.client.post(
            "/api/auth/sign-up/email", json={"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
        )

        value = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert token_of([value], SECRET) == answer.json()["token"]
        assert signed(answer.json()["token"], SECRET) == value

    @pytest.mark.parametrize("place", range(0, len(signed(TOKEN, SECRET)), 3))
    def test_with_any_character_changed_is_invalid(self, place: int) -> None:
        good = signed(TOKEN, SECRET)

        for letter in ("A", "b", "%", ".", "é", "\x00"):
            bad = good[:place] + letter + good[place + 1 :]
            assert token_of([bad], SECRET) is None or bad == good

    @pytest.mark.parametrize(
        "value",
        [
            "",
            ".",
            TOKEN,
            f"{TOKEN}.",
            unquote(signed(TOKEN, SECRET)),
            quote(signed(TOKEN, SECRET)),
            f'"{signed(TOKEN, SECRET)}"',
            signed(TOKEN, SECRET) + "=",
            signed(TOKEN, SECRET).replace("%3D", "%3d"),
            signed(TOKEN, SECRET).replace("%3D", ""),
            signed(TOKEN, "another secret, just as long as it"),
        ],
    )
    def test_in_another_encoding_is_invalid(self, value: str) -> None:
        assert token_of([value], SECRET) is None

    def test_sent_twice_is_invalid(self) -> None:
        assert token_of([signed(TOKEN, SECRET)] * 2, SECRET) is None
