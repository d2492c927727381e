"""The same questions for every route of every noun, generated from the routes of the application."""

from datetime import date
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient, Statements
from tests.factories import Factory
from tests.records import NOUNS
from tests.routes.walk import READING, Route, routes
from web.app import with_outer_middleware
from web.services.purging import record_models

ROUTES = routes()
ODD_IDS = ["0", "-1", "01", "+1", "1.0", "1e3", "x", "１", "0x1", "9223372036854775808", "1" * 40, "%00", "1%20"]
# No field of a Draft takes it: not a text, a date nor a choice.
CONTROL_CHARACTER = "\x07"
# The session, the record, its change, its event, the counts.
MOST_STATEMENTS = {"GET": 2, "POST": 5, "PUT": 5, "PATCH": 5, "DELETE": 5}
# What rows say besides their columns, and the numbers of the index.
MORE_FOR_PAGES = 2
# The key of a POST, and its answer.
MORE_FOR_A_KEY = 2

every_route = pytest.mark.parametrize("route", ROUTES, ids=str)
with_id = pytest.mark.parametrize("route", [route for route in ROUTES if route.takes_an_id], ids=str)
of_one_user = pytest.mark.parametrize("route", [route for route in ROUTES if route.is_owned], ids=str)
that_writes = pytest.mark.parametrize("route", [route for route in ROUTES if route.method not in READING], ids=str)
with_a_draft = pytest.mark.parametrize("route", [route for route in ROUTES if route.takes_a_draft], ids=str)
# What decides is in front of the database.
of_no_database = pytest.mark.databases("sqlite")
that_makes = pytest.mark.parametrize("route", [route for route in ROUTES if route.makes_a_record], ids=str)
for_pages = pytest.mark.parametrize("route", [route for route in ROUTES if not route.is_api], ids=str)


def number_for(route: Route, make: Factory, client: HtmlClient) -> object:
    made = route.make_id(make, client.user) if route.takes_an_id or route.noun == "undo" else ""
    return made if route.takes_an_id else ""


def budget_of(route: Route) -> int:
    """That of any record, unless tests/records.py says how many more an action needs."""
    most = MOST_STATEMENTS[route.method] + (0 if route.is_api else MORE_FOR_PAGES)
    if route.is_api:
        given = NOUNS[route.noun].api_statements.get(f"{route.method} {route.action}", most)
        return given + (MORE_FOR_A_KEY if route.method == "POST" else 0)
    return NOUNS[route.noun].statements.get(f"{route.method} {route.action}", most) if route.noun in NOUNS else most


def rows(make: Factory) -> list[object]:
    """Every record as stored."""
    with make.database.reading() as session:
        tables = [model.__table__ for model in record_models()]  # type: ignore[attr-defined]
        return [tuple(row) for table in tables for row in session.connection().execute(table.select())]


@every_route
def test_a_route_has_an_example(route: Route) -> None:
    """A new noun needs a line in tests/records.py."""
    assert route.noun in NOUNS or route.noun in ("undo", "days")


@every_route
def test_it_works(route: Route, ada: HtmlClient, make: Factory) -> None:
    answer = route.send(ada, number_for(route, make, ada))

    assert answer.status in (200, 201, 204, 303), answer.html


@every_route
@of_no_database
def test_signed_out_it_asks_to_sign_in(route: Route, signed_out: HtmlClient, ada: HtmlClient, make: Factory) -> None:
    number, before = number_for(route, make, ada), rows(make)

    answer = route.send(signed_out, number)

    if route.is_api:
        assert answer.status == 401
        assert answer.headers["www-authenticate"]
    else:
        assert (answer.status, answer.to.split("?")[0]) == (303, "/sign-in")
    assert rows(make) == before


@of_one_user
def test_another_users_record_is_as_unknown_as_any(
    route: Route, ada: HtmlClient, bob: HtmlClient, make: Factory
) -> None:
    number = number_for(route, make, ada)
    unknown = uuid4() if route.noun == "undo" else 10**12
    before = rows(make)

    theirs, nowhere = route.send(bob, number), route.send(bob, unknown)

    assert theirs.status == nowhere.status == 404
    assert theirs.response.content == nowhere.response.content
    assert rows(make) == before


@with_id
def test_an_odd_id_is_not_found(route: Route, ada: HtmlClient, make: Factory) -> None:
    number_for(route, make, ada)

    statuses = {odd: route.send(ada, odd).status for odd in ODD_IDS}

    assert statuses == dict.fromkeys(ODD_IDS, 404)


@that_writes
@of_no_database
def test_another_site_changes_nothing(route: Route, ada: HtmlClient, make: Factory) -> None:
    number, before = number_for(route, make, ada), rows(make)

    answers = [route.send(ada, number, **{"sec-fetch-site": site}) for site in ("cross-site", "same-site")]

    assert [answer.status for answer in answers] == [403, 403]
    assert rows(make) == before


@every_route
@of_no_database
def test_another_method_is_refused(route: Route, ada: HtmlClient, make: Factory) -> None:
    number, before = number_for(route, make, ada), rows(make)
    allowed = {other.method for other in ROUTES if other.path == route.path}
    refused = next(method for method in ("PATCH", "PUT", "DELETE", "POST", "GET") if method not in allowed)

    answer = Route(refused, route.path).send(ada, number)

    assert answer.status == 405
    assert set(answer.headers["allow"].replace(" ", "").split(",")) >= allowed
    assert rows(make) == before


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"], ids=str)
@of_no_database
def test_head_has_the_headers_of_get(route: Route, app: Litestar, make: Factory) -> None:
    with TestClient(with_outer_middleware(app), base_url=ORIGIN) as client:
        ada = HtmlClient(client).signed_in_as(make.user("Ada"), make)
        number = number_for(route, make, ada)

        get, head = (Route(method, route.path).send(ada, number) for method in ("GET", "HEAD"))

    assert head.status == get.status == 200
    assert head.response.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


@that_makes
def test_the_same_key_makes_one_record(route: Route, ada: HtmlClient, make: Factory) -> None:
    key = str(uuid4())

    first, second = (route.send(ada, "", key=key) for _ in range(2))

    assert first.status == second.status
    assert len(rows(make)) == 1


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.method == "POST" and not route.takes_an_id and not route.is_api],
    ids=str,
)
@of_no_database
def test_its_form_is_refused_from_another_users_page(
    route: Route, ada: HtmlClient, bob: HtmlClient, make: Factory
) -> None:
    """No id in its path says whose record it changes."""
    make.task(ada.user, due_on=date(2020, 1, 1))
    make.task(bob.user, due_on=date(2020, 1, 1))
    if route.path == "/settings/zone":
        ada.post("/settings", time_zone="Europe/Berlin")
    if route.path == "/settings/sessions/end-others":
        make.sign_in(ada.user)
    page = {"/tasks/several": "/tasks/new?several=1", "/undo": "/today"}.get(route.path, f"/{route.noun}")
    forms = ada.get(page).tree.css("form[method=post]")
    actions = [form.attributes["action"] or "" for form in forms]
    action = next(action for action in actions if action.partition("?")[0] == route.path)
    before = rows(make)

    answer = Route("POST", action).send(bob, "")

    assert (answer.status, answer.is_page) == (409, True)
    assert rows(make) == before


@for_pages
@of_no_database
def test_htmx_gets_a_partial(route: Route, ada: HtmlClient, make: Factory) -> None:
    answer = route.send(ada, number_for(route, make, ada), htmx=True)

    assert not answer.is_page
    assert answer.status == (303 if route.noun == "undo" and route.takes_an_id else 200)


@with_a_draft
@of_no_database
def test_wrong_input_is_answered_field_by_field(route: Route, ada: HtmlClient, make: Factory) -> None:
    number, before = number_for(route, make, ada), rows(make)
    wrong = dict.fromkeys(route.draft, CONTROL_CHARACTER)

    answer = route.send(ada, number, draft=wrong)

    assert answer.status == 422
    if route.is_api:
        assert {error["field"] for error in answer.response.json()["errors"]} == set(wrong)
    else:
        assert all(answer.error(name) for name in wrong)
    assert rows(make) == before


@pytest.mark.parametrize("route", [route for route in ROUTES if route.takes_a_draft and not route.is_api], ids=str)
@of_no_database
def test_a_wrong_form_replaces_itself_for_htmx(route: Route, ada: HtmlClient, make: Factory) -> None:
    wrong = dict.fromkeys(route.draft, CONTROL_CHARACTER)

    answer = route.send(ada, number_for(route, make, ada), htmx=True, draft=wrong)
    form = answer.tree.css_first(f"form[action^='{route.at('')[:6]}']").attributes

    assert not answer.is_page
    if "hx-post" not in form:
        # The browser sends it, so no part of a page is replaced.
        return
    assert answer.headers.get("hx-reswap", form["hx-swap"]) == "outerHTML"
    assert answer.tree.css_first(answer.headers.get("hx-retarget", form["hx-target"]))


@every_route
def test_it_keeps_to_its_statements(route: Route, ada: HtmlClient, make: Factory, statements: Statements) -> None:
    number = number_for(route, make, ada)
    # An operation may have changed several records; two are for its savepoint.
    undo = 10 + (MORE_FOR_A_KEY if route.is_api else 0)
    budget = undo if route.noun == "undo" else budget_of(route)

    with statements.counted() as seen:
        answer = route.send(ada, number, htmx=not route.is_api)

    assert answer.status < 400
    assert len([one for one in seen if not one.startswith("BEGIN")]) <= budget
