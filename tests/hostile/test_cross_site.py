"""Another site, in a browser that holds our cookie, changes nothing: every route, header combination and body type."""

from collections.abc import Iterable
from itertools import product

import pytest

from tests.client import ORIGIN, HtmlClient
from tests.factories import Factory
from tests.hostile.claims import Claim
from tests.hostile.lengths import HOSTILE
from tests.routes.test_every_route import rows
from tests.routes.walk import READING, Route, routes

# What decides is in front of the database.
pytestmark = pytest.mark.databases("sqlite")

WRITING = [route for route in routes() if route.method not in READING]
SITES = ("", "cross-site", "same-site", "CROSS-SITE", "same-origin, cross-site")
EVIL = "https://evil.example"
ORIGINS = ("", "null", EVIL, f"{ORIGIN}.evil.example", f"{ORIGIN}@evil.example", f"{ORIGIN}:81", f"{EVIL}, {ORIGIN}")
KINDS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/json",
    "",
)


def forged() -> list[dict[str, str]]:
    """What a page of another site makes a browser send, or an old browser that names no site."""
    combinations = [
        {"sec-fetch-site": site, "origin": origin} for site, origin in product(SITES, ORIGINS) if site or origin
    ]
    # Our own origin does not help where the browser says that the request is from another site.
    combinations += [{"sec-fetch-site": site, "origin": ORIGIN} for site in SITES if site]
    # Without both, a request with a session is refused.
    return [*combinations, {}, {"referer": f"{ORIGIN}/tasks"}, {"x-requested-with": "XMLHttpRequest"}]


def targets(routes: Iterable[Route], client: HtmlClient, make: Factory) -> dict[Route, tuple[HtmlClient, str]]:
    """For each route a user of its own, signed in, and the address of a record of theirs."""
    made = {}
    for route in routes:
        user = client.signed_in_as(make.user(), make)
        made[route] = (user, route.at(route.make_id(make, user.user) if route.takes_an_id else "", user.owner))
    return made


def test_no_request_of_another_site_changes_anything(signed_out: HtmlClient, make: Factory, claim: Claim) -> None:
    users = targets(WRITING, signed_out, make)
    before, combinations = rows(make), forged()
    cases = [*product(WRITING, combinations, KINDS)]
    # In the short version each route meets every header combination or every type in turn, not each with each.
    chosen = cases if HOSTILE > 1 else cases[::8]

    statuses = {}
    for route, headers, kind in chosen:
        statuses[route, str(headers), kind] = status_of(route, *users[route], headers, kind)

    assert {case: status for case, status in statuses.items() if status != 403} == {}
    assert rows(make) == before
    claim("forged requests of other sites", len(chosen), "403, nothing changed")


def status_of(route: Route, user: HtmlClient, address: str, headers: dict[str, str], kind: str) -> int:
    sent = {"cookie": user.cookie, **({"content-type": kind} if kind else {}), **headers}
    return user.ask(route.method, address, headers=sent, content=b"title=Theirs").status


def test_no_address_changes_anything_when_it_is_read(signed_out: HtmlClient, make: Factory, claim: Claim) -> None:
    """GET and HEAD show or refuse, also with another method in a field or a header."""
    users = targets({route.path: route for route in WRITING}.values(), signed_out, make)
    before, asked = rows(make), 0

    for user, address in users.values():
        for method, override in product(("GET", "HEAD"), ("", "POST")):
            headers = {"x-http-method-override": override, "x-method-override": override} if override else {}
            query = f"?_method={override}" if override else ""
            answer = user.ask(method, address + query, headers={"cookie": user.cookie, **headers})
            assert answer.status in (200, 400, 404, 405), address
            asked += 1

    assert rows(make) == before
    claim("reads of addresses that change something", asked, "nothing changed")
