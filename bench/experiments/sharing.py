"""Checks what two instances must share, with the requests of a browser. A check that fails ends the run."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import uuid4

import httpx

from bench.load import HOST
from web.settings import MIN_SECRET_LENGTH

PASSWORD = "x" * MIN_SECRET_LENGTH
ADA = "127.0.0.2"
ANOTHER_USER, ANOTHER = "127.0.0.3", "127.0.0.4"
TRIES = 3
AT_ONCE = 8
OK = (200, 303)
DURING_EXIT = "While an instance exits"
Print = Callable[[str], None]


class NotShared(Exception):
    """A check failed. The text says which."""


class Browser:
    """A client with its own IP address; all addresses of 127.0.0.0/8 belong to this machine."""

    def __init__(self, address: str, cookie: str = "", email: str = "") -> None:
        self.address, self.cookie, self.email = address, cookie, email
        self._client = httpx.Client(transport=httpx.HTTPTransport(local_address=address), timeout=30)

    def get(self, port: int, path: str) -> httpx.Response:
        return self._send("GET", port, path)

    def post(self, port: int, path: str, **fields: str) -> httpx.Response:
        return self._send("POST", port, path, data=fields)

    def keep_cookies(self, response: httpx.Response) -> None:
        """Store the cookies by hand: they are Secure, and httpx would not send them over plain http."""
        set_cookies = response.headers.get_list("set-cookie")
        self.cookie = "; ".join(cookie.partition(";")[0] for cookie in set_cookies)

    def _send(self, method: str, port: int, path: str, **content: dict[str, str]) -> httpx.Response:
        headers = {"cookie": self.cookie, "sec-fetch-site": "same-origin"}
        return self._client.request(method, f"http://{HOST}:{port}{path}", headers=headers, **content)  # type: ignore[arg-type]


def check_sharing(one: int, two: int, balancer: int, report: Print) -> Browser:
    """Check that sign-ins, tasks and rate limits are shared. `one`, `two` and `balancer` are ports.

    Returns a signed-in client. Raises NotShared.
    """
    ada = Browser(ADA, email=f"{uuid4().hex}@example.com")
    signed_up = ada.post(one, "/sign-up", name="Ada", email=ada.email, password=PASSWORD)
    ada.keep_cookies(signed_up)
    _require("a sign-in on one instance holds on the other", ada.get(two, "/tasks").status_code == 200, report)

    ada.post(one, "/tasks", title="Added on one", op=str(uuid4()))
    _require("a task added on one is there on the other", "Added on one" in ada.get(two, "/tasks").text, report)

    served = [ada.get(balancer, "/tasks").headers["x-served-by"] for _ in range(6)]
    took_turns = set(served) == {str(one), str(two)} and all(now != then for then, now in pairwise(served))
    _require("one user's clicks alternate between both", took_turns, report)

    _check_limits(one, two, balancer, ada.email, report)

    _check_sign_out(one, two, ada, report)
    ada.keep_cookies(ada.post(balancer, "/sign-in", email=ada.email, password=PASSWORD))
    return ada


def _check_sign_out(one: int, two: int, ada: Browser, report: Print) -> None:
    other_tab = Browser(ADA, ada.cookie)
    ada.post(two, "/sign-out")
    after = other_tab.get(one, "/tasks")
    ended = after.status_code == 303 and after.headers["location"].startswith("/sign-in")
    _require("a sign-out on one ends it on the other", ended, report)


def _check_limits(one: int, two: int, balancer: int, email: str, report: Print) -> None:
    another_user = Browser(ANOTHER_USER)
    tries = [another_user.post(balancer, "/sign-in", email=email, password="a wild guess") for _ in range(2 * TRIES)]
    counted = [answer.status_code == 429 for answer in tries] == TRIES * [False] + TRIES * [True]
    both = {answer.headers["x-served-by"] for answer in tries} == {str(one), str(two)}
    elsewhere = Browser(ANOTHER).post(balancer, "/sign-in", email=email, password="a wild guess")
    _require(
        f"of {2 * TRIES} tries to sign in, spread over both, {TRIES} are answered and {TRIES} get 429; "
        "another address is not limited",
        counted and both and elsewhere.status_code != 429,
        report,
        f"They were answered {[answer.status_code for answer in tries]}, elsewhere {elsewhere.status_code}.",
    )


@dataclass
class Done:
    """One request made while an instance exited."""

    sent_at: float
    answered_at: float
    status: int
    served_by: str
    title: str = ""


@dataclass
class Walk:
    """Several clients of one user in threads, each alternating between loading a page and adding a task."""

    user: Browser
    port: int
    done: list[Done] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Walk":
        self._threads = [threading.Thread(target=self._click) for _ in range(AT_ONCE)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _click(self) -> None:
        window = Browser(self.user.address, self.user.cookie)
        while not self._over.is_set():
            title = f"{DURING_EXIT} {uuid4().hex}"
            self._note("", lambda: window.get(self.port, "/tasks"))
            self._note(title, lambda title=title: window.post(self.port, "/tasks", title=title, op=str(uuid4())))  # type: ignore[misc]

    def _note(self, title: str, ask: Callable[[], httpx.Response]) -> None:
        sent_at = time.monotonic()
        try:
            answer = ask()
            status, served_by = answer.status_code, answer.headers.get("x-served-by", "")
        except httpx.HTTPError:
            status, served_by = 0, ""
        self.done.append(Done(sent_at, time.monotonic(), status, served_by, title))


def check_survival(
    how: str,
    kill: Callable[[], None],
    user: Browser,
    stopped_port: int,
    balancer: int,
    stored: Callable[[], list[str]],
    report: Print,
) -> None:
    """Stop an instance under load. `stored` returns the titles in the database. Raises NotShared."""
    with Walk(user, balancer) as walk:
        time.sleep(1.0)
        killed_at = time.monotonic()
        kill()
        time.sleep(1.5)
    before = [one for one in walk.done if one.answered_at < killed_at]
    if not any(one.served_by == str(stopped_port) for one in before):
        raise NotShared(f"The instance that was stopped ({how}) served no request before.")
    _require_no_loss(how, walk.done, killed_at, stored(), report)


def _require_no_loss(how: str, done: list[Done], killed_at: float, stored: list[str], report: Print) -> None:
    failed = [one.status for one in done if one.status not in OK]
    in_flight = [one for one in done if one.sent_at <= killed_at <= one.answered_at]
    added = sorted(one.title for one in done if one.title and one.status in OK)
    found = sorted(title for title in stored if title in set(added))
    _require(
        f"{how}: {len(done)} requests, {len(in_flight)} in flight at that time, none failed, "
        f"each of {len(added)} new tasks is stored once",
        not failed and found == added,
        report,
        f"Failed: {failed}. {len(added)} tasks were acknowledged, {len(found)} are stored.",
    )


def _require(claim: str, holds: bool, report: Print, detail: str = "") -> None:
    if not holds:
        raise NotShared(f"Failed: {claim}. {detail}".rstrip())
    report(f"  {claim}")
