"""Sessions are extended by Better Auth, once a day at most and up to their greatest age."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from testkit.patience import PATIENCE_SECONDS
from tests.client import ORIGIN, HtmlClient
from tests.factories import SECRET, Factory
from web.auth.client import BetterAuthClient, ClientInfo
from web.auth.cookie import signed
from web.auth.identity import LIFETIME, LONGEST, RENEWAL_INTERVAL
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.models.user import AuthSession


def session_due_for_renewal(make: Factory) -> AuthSession:
    return make.sign_in(make.user(), expires_at=utc_now() + LIFETIME - RENEWAL_INTERVAL - timedelta(minutes=1))


class TestRenewal:
    @pytest.fixture
    def due(self, newcomer: HtmlClient, make: Factory) -> tuple[HtmlClient, AuthSession]:
        """A client whose session is older than the renewal interval, and that session."""
        sign_in = session_due_for_renewal(make)
        return HtmlClient(newcomer.client, cookie=make.cookie(sign_in)), sign_in

    def test_extends_the_session_and_sets_the_cookie(
        self, due: tuple[HtmlClient, AuthSession], database: Database
    ) -> None:
        ada, before = due

        page = ada.get("/tasks")

        assert page.status == 200
        cookie = page.headers["set-cookie"]
        assert cookie.startswith(f"{ada.cookie};")
        assert "Max-Age=604800" in cookie
        with database.reading() as session:
            after = session.get(AuthSession, before.id)
        assert after
        assert after.expires_at - before.expires_at > timedelta(hours=23)

    def test_stops_at_the_end_of_the_session(
        self, newcomer: HtmlClient, make: Factory, database: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        created_at = utc_now() - LONGEST + timedelta(hours=12)
        made = make.sign_in(make.user(), created_at=created_at, expires_at=utc_now() + timedelta(hours=1))
        ada = HtmlClient(newcomer.client, cookie=make.cookie(made))

        pages = [ada.get("/tasks") for _ in range(2)]

        assert ["set-cookie" in page.headers for page in pages] == [True, False]
        with database.reading() as session:
            after = session.get(AuthSession, made.id)
        assert after and abs(after.expires_at - created_at - LONGEST) < timedelta(milliseconds=2)

    def test_is_not_repeated_on_the_next_request(self, due: tuple[HtmlClient, AuthSession]) -> None:
        ada, _ = due
        ada.get("/tasks")

        assert "set-cookie" not in ada.get("/tasks").headers

    @pytest.mark.usefixtures("patient")
    def test_is_requested_once_by_concurrent_requests(
        self, live_app: Litestar, make: Factory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cookie, together = make.cookie(session_due_for_renewal(make)), 5
        asked, answered = [], []
        renew = BetterAuthClient.renew

        async def renew_last(better_auth: BetterAuthClient, client: ClientInfo) -> list[str]:
            asked.append(client)
            while len(asked) + len(answered) < together:
                await asyncio.sleep(0.01)
            return await renew(better_auth, client)

        async def ask_together() -> None:
            transport = httpx.ASGITransport(app=live_app)  # type: ignore[arg-type]
            async with live_app.lifespan(), httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:

                async def ask() -> None:
                    answered.append(await client.get("/tasks", headers={"cookie": cookie}))

                async with asyncio.timeout(PATIENCE_SECONDS):
                    await asyncio.gather(*(ask() for _ in range(together)))

        monkeypatch.setattr(BetterAuthClient, "renew", renew_last)
        asyncio.run(ask_together())

        assert [answer.status_code for answer in answered] == [200] * together
        assert len(asked) == 1
        assert ["set-cookie" in answer.headers for answer in answered] == [False] * (together - 1) + [True]

    def test_sets_the_cookie_on_an_error_page_too(self, due: tuple[HtmlClient, AuthSession]) -> None:
        assert "set-cookie" in due[0].get("/tasks/12345").headers

    def test_works_beside_malformed_cookies_of_another_site(self, due: tuple[HtmlClient, AuthSession]) -> None:
        cookie = due[0].cookie.encode() + b"; theirs=\xff\xfe; more=" + b"x" * 20_000

        page = due[0].ask("GET", "/tasks", headers={b"cookie": cookie, b"user-agent": b"\xe9"})

        assert page.status == 200
        assert "set-cookie" in page.headers

    def test_is_skipped_if_the_user_chose_not_to_be_remembered(
        self, signed_out: HtmlClient, make: Factory, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Better Auth is not running, so a renewal attempt would log a warning."""
        dont_remember = f"better-auth.dont_remember={signed('true', SECRET)}"
        ada = HtmlClient(signed_out.client, cookie=f"{make.cookie(session_due_for_renewal(make))}; {dont_remember}")

        assert ada.get("/tasks").status == 200
        assert "not renewed" not in caplog.text

    def test_is_not_requested_before_the_interval_has_passed(
        self, signed_out: HtmlClient, make: Factory, caplog: pytest.LogCaptureFixture
    ) -> None:
        sign_in = make.sign_in(make.user(), expires_at=utc_now() + LIFETIME - RENEWAL_INTERVAL + timedelta(minutes=1))

        assert HtmlClient(signed_out.client, cookie=make.cookie(sign_in)).get("/tasks").status == 200
        assert "not renewed" not in caplog.text

    def test_that_fails_still_shows_the_page(
        self, signed_out: HtmlClient, make: Factory, caplog: pytest.LogCaptureFixture
    ) -> None:
        sign_in = make.sign_in(make.user(), expires_at=utc_now() + timedelta(days=1))

        page = HtmlClient(signed_out.client, cookie=make.cookie(sign_in)).get("/tasks")

        assert page.status == 200
        assert "A session was not renewed" in caplog.text
