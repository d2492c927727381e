from litestar import Litestar

from tests.client import HtmlClient


def test_all_addresses_share_one_handler(app: Litestar) -> None:
    handlers = [route.route_handler_map["OPTIONS"][0] for route in app.routes]

    assert len(handlers) > 100
    assert len({id(handler) for handler in handlers}) == 1


def test_an_address_of_better_auth_says_its_methods(signed_out: HtmlClient) -> None:
    answer = signed_out.ask("OPTIONS", "/api/auth/error")

    assert answer.status == 204
    assert answer.headers["allow"] == "GET, OPTIONS"
