"""What a program may send to act for a user, and what becomes of it: on the real tables, signed as Better Auth does."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import delete, update
from sqlmodel import select

from tests.better_auth import http_client, sign_up
from tests.client import ORIGIN, HtmlClient, Statements
from tests.controllers.api.client import Program
from tests.factories import SECRET, Factory
from web.auth import json_web_tokens
from web.auth.cookie import signed
from web.db.database import Database
from web.domain.access_tokens import is_token, new_token
from web.domain.timestamps import utc_now
from web.models.access_token import AccessToken, Scope
from web.models.user import AuthSession, User
from web.server.better_auth import BetterAuthProcess


def program_with(user: HtmlClient, token: str) -> Program:
    return Program(user, authorization=f"Bearer {token}")


class TestAccessTokens:
    def test_act_for_their_user(self, signed_out: HtmlClient, make: Factory) -> None:
        user = make.user("Ada")
        program = program_with(signed_out, make.access_token(user)[1])

        program.post("/api/tasks", {"title": "Buy milk"})

        assert program.titles() == ["Buy milk"]

    def test_that_may_read_change_nothing(self, signed_out: HtmlClient, make: Factory) -> None:
        program = program_with(signed_out, make.access_token(make.user("Ada"), Scope.READ)[1])

        answer = program.send("POST", "/api/tasks", {"title": "Buy milk"})

        assert answer.status == 403
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
        assert program.titles() == []

    @pytest.mark.parametrize("change", [{"expires_at": utc_now() - timedelta(hours=1)}, {"deleted_at": utc_now()}])
    def test_that_ended_are_refused(
        self, signed_out: HtmlClient, make: Factory, database: Database, change: dict[str, Any]
    ) -> None:
        program = program_with(signed_out, make.access_token(make.user("Ada"))[1])
        with database.transaction() as session:
            session.connection().execute(update(AccessToken).values(change))

        assert refused(program)

    def test_are_gone_with_their_user(self, signed_out: HtmlClient, make: Factory, database: Database) -> None:
        program = program_with(signed_out, make.access_token(make.user("Ada"))[1])
        with database.transaction() as session:
            session.connection().execute(delete(User))

        assert refused(program)

    def test_note_their_use_once_an_hour(
        self, signed_out: HtmlClient, make: Factory, database: Database, statements: Statements
    ) -> None:
        program = program_with(signed_out, make.access_token(make.user("Ada"))[1])

        program.titles()
        with statements.counted() as seen:
            program.titles()

        with database.reading() as session:
            (token,) = session.exec(select(AccessToken))
        assert token.last_used_at is not None
        assert not [one for one in seen if one.startswith("UPDATE")]

    @pytest.mark.databases("sqlite")
    def test_count_before_the_cookie_and_under_api_only(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        token = make.access_token(bob.user)[1]
        both = {"authorization": f"Bearer {token}", "cookie": ada.cookie}
        make.task(ada.user, "Of Ada")

        assert Program(ada, **both).titles() == []
        assert refused(Program(ada, **{**both, "authorization": "Basic YWRhOg=="}))
        assert ada.ask("GET", "/tasks", headers={"authorization": f"Bearer {token}"}).status == 303

    @pytest.mark.databases("sqlite")
    def test_that_cannot_be_one_ask_no_database(
        self, signed_out: HtmlClient, make: Factory, statements: Statements
    ) -> None:
        mistyped = new_token()[:-1] + "-"

        with statements.counted() as seen:
            assert all(refused(program_with(signed_out, text)) for text in (mistyped, "dbk_", "", "eyA.b", "x" * 5000))

        assert (is_token(new_token()), seen) == (True, [])


def refused(program: Program) -> bool:
    answer = program.send("GET", "/api/tasks")
    return answer.status == 401 and 'error="invalid_token"' in answer.headers["www-authenticate"]


class TestBetterAuth:
    """Its own tokens, from the real one."""

    @pytest.fixture
    def auth(self, better_auth: BetterAuthProcess) -> Iterator[httpx.Client]:
        with http_client(better_auth) as client:
            yield client

    @pytest.fixture
    def program(self, live_app: Litestar, auth: httpx.Client) -> Iterator[Program]:
        answer = sign_up(auth, f"ada{utc_now().timestamp()}@example.com")
        with TestClient(live_app, base_url=ORIGIN) as client:
            yield program_with(HtmlClient(client), answer.headers["set-auth-token"])

    def jwt(self, program: Program) -> Program:
        """The same program with a JWT that it got for its session token, through Daybook."""
        answer = program.send("GET", "/api/auth/token")
        return program_with(program.user, answer.response.json()["token"])

    def test_a_session_token_acts_for_its_user(self, program: Program) -> None:
        program.post("/api/tasks", {"title": "Buy milk"})

        assert program.titles() == ["Buy milk"]

    def test_a_session_token_needs_its_signature(self, program: Program, make: Factory) -> None:
        token = make.sign_in(make.user("Ada")).token

        assert program_with(program.user, signed(token, SECRET)).titles() == []
        assert refused(program_with(program.user, token))
        assert refused(program_with(program.user, f"{token}.AAAA"))

    def test_the_tokens_of_sessions_are_shown_to_no_script(self, program: Program, auth: httpx.Client) -> None:
        """Neither through Daybook nor by Better Auth itself, whose own check of a bearer token needs a signature."""
        auth.cookies.clear()
        sent = {"authorization": program.headers["authorization"]}
        raw = sent["authorization"].removeprefix("Bearer ").partition(".")[0]
        session = auth.get("/get-session", headers=sent).json()
        unsigned = auth.get("/get-session", headers={"authorization": f"Bearer {raw}"}).json()

        assert (session["session"]["token"], unsigned) == (raw, None)
        assert auth.get("/list-sessions", headers=sent).status_code == 404
        assert program.send("GET", "/api/auth/list-sessions").status == 404

    def test_a_jwt_acts_for_its_user(self, program: Program) -> None:
        program.post("/api/tasks", {"title": "Buy milk"})

        assert self.jwt(program).titles() == ["Buy milk"]

    def test_a_jwt_ends_with_its_session(self, program: Program, database: Database) -> None:
        signed_in = self.jwt(program)
        with database.transaction() as session:
            session.connection().execute(delete(AuthSession))

        assert refused(signed_in)

    def test_a_jwt_of_an_unknown_key_is_refused(self, program: Program, database: Database) -> None:
        signed_in = self.jwt(program)
        with database.transaction() as session:
            session.connection().exec_driver_sql("DELETE FROM jwks")
        json_web_tokens.forget_keys()

        assert refused(signed_in)

    @pytest.mark.parametrize("kid", ["\0", "a\0b", "\ud800", "", "x" * 1_000, None, 0, ["x"], {"x": "x"}])
    def test_a_jwt_of_an_odd_key_is_refused(self, program: Program, kid: object) -> None:
        head = urlsafe_b64encode(json.dumps({"alg": "EdDSA", "kid": kid}).encode()).decode().rstrip("=")

        assert refused(program_with(program.user, f"{head}.e30.AAAA"))

    def test_a_jwt_with_another_payload_is_refused(self, program: Program) -> None:
        text = self.jwt(program).headers["authorization"].removeprefix("Bearer ")
        head, payload, signature = text.split(".")

        for forged in (
            f"{head}.{payload[:-4]}AAAA.{signature}",
            f"{head}.{payload}.{signature}=",
            f"{head}.{payload}.",
            f"eyJhbGciOiJub25lIn0.{payload}.",
            f"{head}.{payload}.{signature}.x",
        ):
            assert refused(program_with(program.user, forged)), forged
