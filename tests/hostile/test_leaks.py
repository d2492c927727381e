"""Nothing of another user is told: not a word, and not that a record exists. The questions come from the routes."""

from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from sqlalchemy import inspect

from tests.client import HtmlClient, Page
from tests.factories import Factory
from tests.hostile.claims import Claim
from tests.hostile.lengths import HOSTILE, databases_when_long
from tests.routes.walk import Route, routes
from web.domain.timestamps import utc_now
from web.models.user import User
from web.services.purging import record_models

ROUTES = routes()
KINDS: dict[str, dict[str, str]] = {
    "browser": {},
    "htmx": {"hx-request": "true", "hx-request-type": "partial"},
    "htmx, whole page": {"hx-request": "true", "hx-request-type": "full", "hx-boosted": "true"},
    "htmx, another target": {"hx-request": "true", "hx-request-type": "partial", "hx-target": "task-1"},
    "json": {"accept": "application/json", "content-type": "application/json"},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECRET_WORD = "Quokka"


@pytest.fixture
def app(unlimited: Litestar) -> Litestar:
    """Without budgets: refusals would be alike, whatever is behind them."""
    return unlimited


def all_of(page: Page) -> tuple[int, dict[str, str], bytes]:
    """Everything that a client is sent."""
    return page.status, dict(page.headers), page.response.content


def unknown_id(route: Route) -> object:
    return uuid4() if route.noun == "undo" else 10**12


def deleted_id(route: Route, make: Factory, owner: User) -> Any:
    """A record of the owner that is in the trash, where its noun has one."""
    number = route.make_id(make, owner)
    with make.database.transaction() as session:
        for model in record_models():
            table = inspect(model).local_table
            if "deleted_at" in table.columns:
                session.connection().execute(
                    table.update().where(table.c.user_id == owner.id).values(deleted_at=utc_now())
                )
    return number


@databases_when_long()
def test_another_users_records_are_as_unknown_as_any(bob: HtmlClient, make: Factory, claim: Claim) -> None:
    asked, different = 0, []

    for route in (route for route in ROUTES if route.is_owned):
        foreign = {"live": route.make_id(make, make.user()), "deleted": deleted_id(route, make, make.user())}
        for kind, headers in KINDS.items() if HOSTILE > 1 else [*KINDS.items()][:2]:
            unknown = all_of(route.send(bob, unknown_id(route), **headers))
            answers = {state: all_of(route.send(bob, number, **headers)) for state, number in foreign.items()}
            asked += 1 + len(answers)
            different += [(str(route), kind, state) for state, answer in answers.items() if answer != unknown]

    assert different == []
    claim("requests for records of another user, live and deleted", asked, "byte for byte as for an unknown id")


@databases_when_long()
def test_no_method_tells_that_a_record_exists(bob: HtmlClient, make: Factory, claim: Claim) -> None:
    paths = {route.path: route for route in ROUTES if route.is_owned}
    asked, different = 0, []

    for route in paths.values():
        number = route.make_id(make, make.user())
        for method in METHODS:
            asking = Route(method, route.path)
            unknown, foreign = (all_of(asking.send(bob, one)) for one in (unknown_id(route), number))
            asked += 2
            different += [str(asking)] if unknown != foreign else []

    assert different == []
    claim("the same with every method", asked, "byte for byte as for an unknown id")


@databases_when_long()
def test_no_page_and_no_search_has_a_word_of_another_user(
    ada: HtmlClient, bob: HtmlClient, make: Factory, claim: Claim
) -> None:
    make.task(ada.user, f"{SECRET_WORD} one", description=SECRET_WORD)
    make.task(ada.user, f"{SECRET_WORD} two", completed=True)
    make.task(ada.user, f"{SECRET_WORD} three", deleted_at=utc_now())
    make.record("labels", ada.user, name=SECRET_WORD)
    make.record("lists", ada.user, name=SECRET_WORD)
    queries = [
        f"q={SECRET_WORD}&sort={sort}&status={status}"
        for sort, status in product(("newest", "oldest", "title", "due"), ("all", "pending", "completed"))
    ]
    pages = [route.at("", bob.owner) for route in ROUTES if route.method == "GET" and not route.takes_an_id]
    addresses = [*(f"/tasks?{query}" for query in queries), *(f"/api/tasks?{query}" for query in queries), *pages]

    answers = [(address, bob.get(address, htmx=htmx)) for address in addresses for htmx in (False, True)]

    leaking = [
        address
        for address, page in answers
        # The page repeats what was searched for.
        if SECRET_WORD in page.html.replace(f'value="{SECRET_WORD}"', "") and any(SECRET_WORD in t for t in page.titles)
    ]
    assert leaking == []
    assert not [address for address, page in answers if "q=" not in address and SECRET_WORD in page.html]
    assert SECRET_WORD in ada.get(f"/tasks?{queries[0]}").titles[0]
    claim("pages, searches and exports of another user", len(answers), "0 words of the first")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("place", ["query", "json", "form"])
def test_the_owner_of_a_record_cannot_be_sent(ada: HtmlClient, bob: HtmlClient, make: Factory, place: str) -> None:
    """Mass assignment: fields that a Draft does not name change nothing."""
    task = make.task(bob.user)
    theirs = {"user_id": ada.user.id, "owner": ada.user.id, "id": "1", "created_at": "2000-01-01T00:00:00Z"}
    before = make.stored(task)
    assert before

    if place == "json":
        headers = {"cookie": bob.cookie, "sec-fetch-site": "same-origin"}
        bob.ask("PATCH", f"/api/tasks/{task.id}", json={"title": "Mine", **theirs}, headers=headers)
    else:
        fields = {"title": "Mine", "version": "1", **(theirs if place == "form" else {})}
        query = "?" + "&".join(f"{name}={value}" for name, value in theirs.items()) if place == "query" else ""
        bob.post(f"/tasks/{task.id}{query}", **fields)

    after = make.stored(task)
    assert after
    assert (after.user_id, after.id, after.created_at) == (before.user_id, before.id, before.created_at)
    assert ada.get("/tasks").titles == []
