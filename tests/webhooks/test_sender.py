"""What the sender of webhooks connects to, and what it makes of answers."""

import socket
import threading
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.webhooks.receiver import Receiver
from web.domain.webhook_signatures import new_secret
from web.webhooks import sender as sending
from web.webhooks.sender import WebhookSender

SECRET = new_secret()
# All lead to this machine.
SPELLINGS = ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "0", "localhost", "[::ffff:127.0.0.1]"]
AT_HOME = WebhookSender(allows_private=True)


def test_the_receivers_library_accepts_the_signature(receiver: Receiver) -> None:
    outcome = AT_HOME.send(receiver.url, [SECRET], "evt_7", b'{"type":"tasks.add"}')

    (got,) = receiver.got
    assert outcome.is_success
    assert got.verified(SECRET) == {"type": "tasks.add"}
    assert (got.headers["webhook-id"], got.headers["content-type"]) == ("evt_7", "application/json")
    with pytest.raises(WebhookVerificationError):
        got.verified(new_secret())
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(got.body + b" ", dict(got.headers))


@pytest.mark.parametrize("host", SPELLINGS)
def test_an_address_that_is_not_public_sees_no_connection(receiver: Receiver, host: str) -> None:
    outcome = WebhookSender().send(f"http://{host}:{receiver.port}/", [SECRET], "evt_7", b"{}")

    assert (outcome.status, outcome.problem) == (None, "This leads to an address that is not public.")
    assert receiver.connections == 0


def test_a_name_is_looked_up_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with another address a moment later: the connection goes to the one that was checked."""
    asked: list[str] = []

    def rebinding(host: str, port: int, *_: Any, **__: Any) -> Any:
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14" if len(asked) == 1 else "127.0.0.1", port))
        ]

    connected: list[str] = []

    def refusing(address: tuple[str, int], *_: Any, **__: Any) -> Any:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", refusing)

    outcome = WebhookSender().send(f"http://rebinding.example:{receiver.port}/", [SECRET], "evt_7", b"{}")

    assert (outcome.status, outcome.problem) == (None, "No connection.")
    assert (asked, connected) == (["rebinding.example"], ["93.184.215.14"])


def test_one_private_address_among_others_is_enough_to_refuse(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, receiver.port)) for one in ("93.184.215.14", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    outcome = WebhookSender().send(f"http://both.example:{receiver.port}/", [SECRET], "evt_7", b"{}")

    assert outcome.problem == "This leads to an address that is not public."
    assert receiver.connections == 0


def test_a_redirect_is_a_failure_and_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.answer_headers = 302, {"location": receiver.url + "/elsewhere"}

    outcome = AT_HOME.send(receiver.url, [SECRET], "evt_7", b"{}")

    assert (outcome.is_success, outcome.status, len(receiver.got)) == (False, 302, 1)


def test_no_more_than_the_beginning_of_an_answer_is_read(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an endless answer, too, the sender knows the status."""
    monkeypatch.setattr(sending, "MOST_READ", 1_000)
    receiver.body, receiver.answer_headers = b"x" * 100_000, {"content-length": "100000000"}

    assert AT_HOME.send(receiver.url, [SECRET], "evt_7", b"{}").status == 204


def test_a_receiver_that_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sends a byte now and then as well: the time is for the whole request."""
    monkeypatch.setattr(sending, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        over = threading.Event()

        def dribble() -> None:
            connection, _ = silent.accept()
            with connection:
                while not over.wait(0.02):
                    connection.sendall(b"H")

        thread = threading.Thread(target=dribble, daemon=True)
        thread.start()

        outcome = AT_HOME.send(f"http://127.0.0.1:{silent.getsockname()[1]}/", [SECRET], "evt_7", b"{}")

        over.set()
        thread.join()
    assert (outcome.status, outcome.problem) == (None, "No answer within 0.2 seconds.")


def test_a_receiver_that_is_not_there(receiver: Receiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    assert AT_HOME.send(f"http://127.0.0.1:{port}/", [SECRET], "evt_7", b"{}").problem == "No connection."
