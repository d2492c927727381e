"""Calendar feeds: their addresses in the settings, and the calendars that they give."""

from datetime import date
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient, Page, Statements
from tests.controllers.api.client import Program
from tests.factories import Factory
from tests.formats.calendar_readers import components
from tests.services.planner import Planner
from web.app import with_outer_middleware
from web.db.database import Database
from web.domain.access_tokens import FEED_PREFIX, digest_of, new_token
from web.http.api.request_limit import RequestLimit
from web.models.feed import Feed
from web.models.list import NewList
from web.services import feeds
from web.services.lists import Lists

DUE = date(2026, 11, 27)


def make_address(user: HtmlClient, **fields: str) -> str:
    """The path that the page shows."""
    page = user.post("/settings/feeds", **{"source": "all", "kind": "events", **fields})
    shown = page.tree.css_first("#made-feed")
    return (shown.attributes["value"] or "").removeprefix("http://daybook.test") if shown else ""


def titles(client: HtmlClient, address: str, name: str = "vevent") -> list[str]:
    answer = client.ask("GET", address)
    assert answer.status == 200, answer.html
    return [str(one["summary"]) for one in components(answer.response.content, name)]


def address_of(token: str) -> str:
    return f"/feeds/{token}.ics"


def test_an_address_is_shown_once_and_needs_no_session(ada: HtmlClient, signed_out: HtmlClient, make: Factory) -> None:
    make.task(ada.user, "Buy milk", due_on=DUE)
    key = "6f9d1b1e-0000-4000-8000-000000000001"

    address, again = make_address(ada, op=key), make_address(ada, op=key)

    answer = signed_out.ask("GET", address)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex")
    assert titles(signed_out, address) == ["Buy milk"]
    assert again == ""
    assert address not in ada.get("/settings/feeds").html


def test_a_read_is_noted_once_an_hour(
    ada: HtmlClient, signed_out: HtmlClient, make: Factory, statements: Statements
) -> None:
    _, token = make.feed(ada.user)
    before = ada.get("/settings/feeds").text

    first = signed_out.ask("GET", address_of(token))
    with statements.counted() as seen:
        second = signed_out.ask("GET", address_of(token))

    assert (first.status, second.status) == (200, 200)
    assert not [one for one in seen if one.startswith("UPDATE")]
    assert "not read yet" in before
    assert "last read" in ada.get("/settings/feeds").text
    assert Program(ada).get("/api/feeds")["items"][0]["last_read_at"] is not None


def test_only_the_digest_of_an_address_is_stored(make: Factory) -> None:
    feed, token = make.feed(make.user("Ada"))

    with make.database.reading() as session:
        stored = session.get(Feed, feed.id)

    assert stored is not None and stored.digest == digest_of(token)
    assert token not in str(stored.model_dump())


def test_a_revoked_address_is_as_unknown_as_any(ada: HtmlClient) -> None:
    address = make_address(ada)
    action = ada.get("/settings/feeds").tree.css_first("form[action*=revoke]").attributes["action"] or ""

    page = ada.get(ada.post(action).to)

    assert "Revoked" in page.text
    never_made = address_of(new_token(FEED_PREFIX))
    answers = [ada.ask("GET", one) for one in (address, never_made, address_of("x"), address.removesuffix(".ics"))]
    assert [one.status for one in answers] == [404] * 4


def test_it_is_sent_again_only_after_a_change(ada: HtmlClient, make: Factory) -> None:
    """Whatever it shows: a task, the name of its list, the zone of its user."""
    garden = make.record("lists", ada.user, name="Garden")
    task = make.task(ada.user, due_on=DUE, list_id=garden.id)
    _, token = make.feed(ada.user, source=f"list-{garden.id}")
    tags: list[str] = []

    def is_new() -> bool:
        answer: Page = ada.ask("GET", address_of(token), headers={"if-none-match": ", ".join(tags)} if tags else {})
        tags.append(answer.headers["etag"])
        assert answer.status in (200, 304)
        assert (answer.status == 304) == (answer.response.content == b"")
        return answer.status == 200

    program = Program(ada)
    changes = [
        lambda: program.patch(f"/api/tasks/{task.id}", {"title": "Buy tea"}),
        lambda: program.patch(f"/api/lists/{garden.id}", {"name": "Yard"}),
        lambda: program.patch("/api/preferences", {"time_zone": "Asia/Tokyo"}),
        lambda: program.put(f"/api/tasks/{task.id}/completion"),
    ]
    seen = [(is_new(), is_new())]
    for change in changes:
        change()
        seen.append((is_new(), is_new()))

    assert seen == [(True, False)] * 5


def test_a_feed_has_the_open_tasks_of_its_list_or_label(
    database: Database, make: Factory, signed_out: HtmlClient
) -> None:
    ada_plans = Planner(database, make)
    user = ada_plans.user
    garden, old = (ada_plans.run(Lists, lambda one, n=name: one.add(NewList(name=n), _key())) for name in ("A", "Old"))
    beds = ada_plans.run(Lists, lambda one: one.add(NewList(name="Beds", parent_id=garden.id, is_section=True), _key()))
    label = make.record("labels", user, name="errand")
    make.task(user, "In a list", list_id=garden.id, due_on=DUE)
    make.task(user, "In a section", list_id=beds.id, due_on=DUE)
    make.task(user, "Archived", list_id=old.id, due_on=DUE)
    make.task(user, "Inbox", due_on=DUE)
    make.task(user, "Someday")
    make.task(user, "Done", due_on=DUE, completed=True)
    make.task(user, "Gone", due_on=DUE, deleted_at=ada_plans.now)
    make.task(make.user("Bob"), "Not yours", due_on=DUE)
    marked = ada_plans.add("Marked", due_on=DUE, labels=(label.id,))
    ada_plans.run(Lists, lambda one: one.archive(old.id or 0))

    def shown(**draft: str) -> set[str]:
        _, token = make.feed(user, **draft)
        return set(titles(signed_out, address_of(token), "vtodo" if draft.get("kind") == "todos" else "vevent"))

    everything = {"In a list", "In a section", "Inbox", marked.title}
    assert shown() == everything
    assert shown(kind="todos") == {*everything, "Someday"}
    assert shown(source=f"list-{garden.id}") == {"In a list", "In a section"}
    assert shown(source=f"label-{label.id}") == {marked.title}


def test_the_feed_of_a_deleted_list_rests_until_it_is_restored(ada: HtmlClient, make: Factory) -> None:
    garden = make.record("lists", ada.user, name="Garden")
    _, token = make.feed(ada.user, source=f"list-{garden.id}")
    program = Program(ada)

    program.send("DELETE", f"/api/lists/{garden.id}")
    while_deleted = ada.ask("GET", address_of(token)).status
    program.post(f"/api/lists/{garden.id}/restore")

    assert (while_deleted, ada.ask("GET", address_of(token)).status) == (404, 200)


def test_another_users_list_is_refused(ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
    theirs = make.record("lists", bob.user, name="Garden")

    page = ada.post("/settings/feeds", source=f"list-{theirs.id}", kind="events")

    assert (page.status, page.error("source")) == (422, "There is no such list or label any more.")


def test_there_are_not_too_many(ada: HtmlClient, make: Factory) -> None:
    for _ in range(feeds.MOST_FEEDS):
        make.feed(ada.user)

    page = ada.post("/settings/feeds", source="all", kind="events")

    assert page.status == 422
    assert page.error("source").startswith("There are 50 calendar addresses already.")


@pytest.mark.databases("sqlite")
def test_requests_of_an_address_are_limited(
    app: Litestar, signed_out: HtmlClient, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make.user("Ada")
    first, second = (address_of(make.feed(user)[1]) for _ in range(2))
    monkeypatch.setattr(app.state, "request_limit", RequestLimit(2))

    answers = [signed_out.ask("GET", first) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) > 0
    assert signed_out.ask("GET", second).status == 200


def test_a_calendar_takes_two_statements(signed_out: HtmlClient, make: Factory, statements: Statements) -> None:
    user = make.user("Ada")
    make.tasks(user, 20)
    _, token = make.feed(user, kind="todos")
    # The first read in an hour is noted.
    titles(signed_out, address_of(token), "vtodo")

    with statements.counted() as seen:
        assert len(titles(signed_out, address_of(token), "vtodo")) == 20

    assert len([one for one in seen if not one.startswith("BEGIN")]) == 2


@pytest.mark.databases("sqlite")
def test_the_secret_of_an_address_is_not_logged(app: Litestar, make: Factory, caplog: pytest.LogCaptureFixture) -> None:
    _, token = make.feed(make.user("Ada"))

    with caplog.at_level("INFO"), TestClient(with_outer_middleware(app), base_url=ORIGIN) as client:
        HtmlClient(client).ask("GET", address_of(token))

    ours = [one.getMessage() for one in caplog.records if one.name.startswith("daybook")]
    assert any("/feeds/" in line for line in ours)
    assert token not in str(ours)


def _key() -> str:
    return str(uuid4())
