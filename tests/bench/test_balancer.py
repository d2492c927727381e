"""The balancer of the experiments: the measurements rely on what it reports and repeats."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.experiments.balancer import BAD_GATEWAY, Balancer, with_client_address
from testkit.postgres import free_port
from tests.bench.test_load import answer, serving

HI = answer(b"hi")
GET = b"GET /tasks HTTP/1.1\r\nHost: x\r\n\r\n"
ADD = b"POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
SIGN_IN = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def dying() -> Iterator[int]:
    """The port of an instance that ends in the middle of every answer."""
    with serving(HI[:-1], hangs_up=True) as port:
        yield port


def responses(ports: list[int], *requests: bytes) -> list[bytes]:
    balancer = Balancer(ports)

    async def ask() -> list[bytes]:
        answers = [await balancer.respond(request) for request in requests]
        for instance in balancer.instances:
            for _, writer in instance.idle:
                writer.close()
        return answers

    return asyncio.run(ask())


def test_requests_go_to_the_instances_in_turn() -> None:
    with serving(HI) as one, serving(HI) as other:
        answers = responses([one, other], GET, GET, GET, GET)

    assert [
        f"X-Served-By: {port}".encode() in response for response, port in zip(answers, 2 * [other, one], strict=True)
    ] == 4 * [True]


@pytest.mark.parametrize("request_", [GET, ADD, SIGN_IN])
def test_an_unreachable_instance_is_skipped(request_: bytes) -> None:
    with serving(HI) as alive:
        answers = responses([free_port(), alive], *3 * [request_])

    assert all(response.endswith(b"hi") for response in answers)


@pytest.mark.parametrize("request_", [GET, ADD])
def test_a_safe_or_idempotent_request_is_repeated(request_: bytes) -> None:
    with serving(HI) as alive, dying() as dead:
        answers = responses([alive, dead], request_)

    assert answers[0].endswith(b"hi")


def test_a_lost_sign_in_is_not_repeated() -> None:
    with serving(HI) as alive, dying() as dead:
        answers = responses([alive, dead], SIGN_IN)

    assert answers == [BAD_GATEWAY]


def test_without_any_instance_it_is_a_502() -> None:
    assert responses([free_port()], GET) == [BAD_GATEWAY]


def test_a_forged_client_address_is_replaced() -> None:
    head = with_client_address(b"127.0.0.2", b"GET / HTTP/1.1\r\nx-forwarded-for: 1.2.3.4\r\nHost: x\r\n\r\n")

    assert head == b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 127.0.0.2\r\n\r\n"
