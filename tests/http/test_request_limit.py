"""How many requests a credential may send to the API."""

import pytest
from litestar import Litestar

from tests.client import HtmlClient
from tests.controllers.api.client import Program
from tests.factories import Factory
from web.http.api import request_limit
from web.http.api.request_limit import RequestLimit

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def limited(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.state, "request_limit", RequestLimit(2))


def test_each_token_has_its_own_limit(limited: None, signed_out: HtmlClient, make: Factory) -> None:
    user = make.user("Ada")
    one, other = (Program(signed_out, authorization=f"Bearer {make.access_token(user)[1]}") for _ in range(2))

    answers = [one.send("GET", "/api/tasks") for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [answer.headers["ratelimit"].partition(";t=")[0] for answer in answers] == [
        f'"default";r={left}' for left in (1, 0, 0)
    ]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    assert answers[2].headers["content-type"] == "application/problem+json"
    assert other.titles() == []


def test_a_refused_request_changes_nothing(limited: None, ada: HtmlClient, app: Litestar) -> None:
    program = Program(ada)

    answers = [program.send("POST", "/api/tasks", {"title": f"Task {number}"}).status for number in range(3)]
    app.state.request_limit = RequestLimit(0)

    assert answers == [201, 201, 429]
    assert program.titles() == ["Task 1", "Task 0"]


def test_made_up_addresses_of_calendars_cost_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limit, "MOST_COUNTED", 3)
    limit = RequestLimit(1)

    for number in range(100):
        limit.count(f"made up {number}")

    assert len(limit._windows) <= 3


def test_a_window_ends_and_old_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(request_limit.time, "monotonic", lambda: now)
    monkeypatch.setattr(request_limit, "MOST_COUNTED", 3)
    limit = RequestLimit(1)

    for holder in "abc":
        limit.count(holder)
    now += request_limit.WINDOW_SECONDS
    limit.count("d")

    assert limit.count("a")["RateLimit"].startswith('"default";r=0')
    assert set(limit._windows) == {"a", "d"}
