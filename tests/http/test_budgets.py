"""How often one user may do what costs most, by page and API together."""

import json
from collections.abc import Callable, Iterator

import pytest
from litestar import Litestar

from tests.client import HtmlClient, Page
from tests.factories import Factory
from web.http.budgets import BUDGETS, MOST_COUNTED, Budget, Budgets, BudgetSpent


class Clock:
    at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def two_each(app: Litestar, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[None]:
    """Two requests of each kind, on a clock that stands still."""
    for kind, budget in BUDGETS.items():
        monkeypatch.setitem(BUDGETS, kind, Budget(2, budget.seconds, budget.sentence, budget.parameter))
    before = app.state.budgets
    app.state.budgets = Budgets(now=clock)
    yield
    app.state.budgets = before


def spent(budgets: Budgets, kind: str, user: str) -> int:
    """The seconds to wait."""
    try:
        budgets.spend(kind, user)
    except BudgetSpent as refused:
        return refused.seconds
    return 0


def test_a_window_ends_and_users_and_kinds_are_counted_apart(clock: Clock) -> None:
    budgets, most = Budgets(now=clock), BUDGETS["tasks"].count

    assert [spent(budgets, "tasks", "ada") for _ in range(most + 1)] == [0] * most + [60]
    assert (spent(budgets, "tasks", "bob"), spent(budgets, "searches", "ada")) == (0, 0)
    clock.at += 59.5
    assert spent(budgets, "tasks", "ada") == 1
    clock.at += 0.5
    assert spent(budgets, "tasks", "ada") == 0


def test_the_counts_are_bounded(clock: Clock) -> None:
    budgets = Budgets(now=clock)
    for number in range(MOST_COUNTED):
        budgets.spend("tasks", f"user {number}")
    clock.at += 61

    budgets.spend("tasks", "ada")

    assert len(budgets._windows) == 1


def test_what_a_request_did_beyond_the_first_counts_too(clock: Clock) -> None:
    budgets, most = Budgets(now=clock), BUDGETS["tasks"].count
    budgets.spend("tasks", "ada")

    budgets.add("tasks", "ada", most)

    assert spent(budgets, "tasks", "ada") == 60
    clock.at += 60
    assert spent(budgets, "tasks", "ada") == 0


def test_they_can_be_off(clock: Clock) -> None:
    assert not any(spent(Budgets(is_on=False, now=clock), "imports", "ada") for _ in range(1000))


def test_a_person_never_meets_one() -> None:
    """Who types ten letters a second, searches after each pause and adds a task each two seconds."""
    a_minute = {"tasks": 30, "previews": 60 * 5, "searches": 60 * 4, "imports": 1}

    assert all(BUDGETS[kind].count >= count for kind, count in a_minute.items())


ASK: dict[str, list[Callable[[HtmlClient], Page]]] = {
    "tasks": [
        lambda ada: ada.post("/tasks", title="Buy milk"),
        lambda ada: ada.post("/tasks/several", lines="Buy milk"),
        lambda ada: api(ada, "POST", "/api/tasks", {"title": "Buy milk"}),
        lambda ada: api(ada, "POST", "/api/tasks/quick-add", {"line": "Buy milk"}),
    ],
    "searches": [lambda ada: ada.get("/tasks?q=milk"), lambda ada: api(ada, "GET", "/api/tasks?q=milk")],
    "previews": [lambda ada: ada.get("/tasks/new?title=milk", htmx=True)],
    "imports": [
        lambda ada: ada.post("/settings/import", text="Buy milk"),
        lambda ada: ada.post("/settings/import/1/read", encoding=""),
        lambda ada: api(ada, "POST", "/api/imports?file_name=a.txt", {"title": "Buy milk"}),
        lambda ada: api(ada, "POST", "/api/imports/1/read", {}),
    ],
}


def api(browser: HtmlClient, method: str, path: str, body: dict[str, str] | None = None) -> Page:
    headers = {"cookie": browser.cookie, "accept": "application/json", "sec-fetch-site": "same-origin"}
    return browser.ask(method, path, headers=headers, json=body)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", ASK)
def test_all_ways_share_one_budget(two_each: None, ada: HtmlClient, kind: str) -> None:
    ways = ASK[kind]
    allowed = [ways[number % len(ways)](ada) for number in range(2)]

    refused = [way(ada) for way in ways]

    assert 429 not in [page.status for page in allowed]
    assert [page.status for page in refused] == [429] * len(ways)
    assert all(BUDGETS[kind].sentence in (page.text + page.html) for page in refused)
    assert {page.headers["retry-after"] for page in refused} == {str(BUDGETS[kind].seconds)}


@pytest.mark.databases("sqlite")
def test_each_task_of_a_pasted_list_counts(two_each: None, ada: HtmlClient) -> None:
    pages = [
        ada.post("/tasks/several", lines="Buy milk\nBuy tea", preview="1"),
        ada.post("/tasks/several", lines="Buy milk\n\nBuy tea\nBuy bread"),
        ada.post("/tasks", title="Buy jam"),
    ]

    assert [page.status for page in pages] == [200, 303, 429]
    assert len(ada.get("/tasks").titles) == 3


@pytest.mark.databases("sqlite")
def test_another_user_and_a_list_without_words_are_not_refused(
    two_each: None, ada: HtmlClient, make: Factory, bob: HtmlClient
) -> None:
    for _ in range(3):
        ada.get("/tasks?q=milk")

    assert [ada.get("/tasks?q=").status for _ in range(5)] == [200] * 5
    assert ada.get("/tasks?q=milk").status == 429
    assert bob.get("/tasks?q=milk").status == 200


@pytest.mark.databases("sqlite")
def test_the_api_answers_with_a_problem(two_each: None, ada: HtmlClient) -> None:
    answers = [api(ada, "POST", "/api/tasks", {"title": "Buy milk"}) for _ in range(3)]

    problem = json.loads(answers[-1].html)
    assert (answers[-1].headers["content-type"], problem["status"]) == ("application/problem+json", 429)
    assert problem["detail"] == BUDGETS["tasks"].sentence
