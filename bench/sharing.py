"""What two instances must share, tried out as people would: each claim is shown or ends the run."""

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
DYING = "While one dies"
Say = Callable[[str], None]


class NotShared(Exception):
    """What turned out to be otherwise."""


class Browser:
    """Somebody at an address of their own; every address that begins with 127 is this machine."""

    def __init__(self, address: str, cookie: str = "", email: str = "") -> None:
        self.address, self.cookie, self.email = address, cookie, email
        self._client = httpx.Client(transport=httpx.HTTPTransport(local_address=address), timeout=30)

    def get(self, port: int, path: str) -> httpx.Response:
        return self._ask("GET", port, path)

    def post(self, port: int, path: str, **fields: str) -> httpx.Response:
        return self._ask("POST", port, path, data=fields)

    def keep_cookies(self, answer: httpx.Response) -> None:
        """By hand: they are for https, which the balancer would end."""
        set_cookies = answer.headers.get_list("set-cookie")
        self.cookie = "; ".join(cookie.partition(";")[0] for cookie in set_cookies)

    def _ask(self, method: str, port: int, path: str, **content: dict[str, str]) -> httpx.Response:
        headers = {"cookie": self.cookie, "sec-fetch-site": "same-origin"}
        return self._client.request(method, f"http://{HOST}:{port}{path}", headers=headers, **content)  # type: ignore[arg-type]


def show_sharing(one: int, two: int, balancer: int, say: Say) -> Browser:
    """Sign-ins, tasks and limits, on the ports of two instances and of the balancer before them.

    Somebody who is signed in. Raises NotShared.
    """
    ada = Browser(ADA, email=f"{uuid4().hex}@example.com")
    signed_up = ada.post(one, "/sign-up", name="Ada", email=ada.email, password=PASSWORD)
    ada.keep_cookies(signed_up)
    _require("a sign-in on one instance holds on the other", ada.get(two, "/tasks").status_code == 200, say)

    ada.post(one, "/tasks", title="Written on one", op=str(uuid4()))
    _require("a task added on one is there on the other", "Written on one" in ada.get(two, "/tasks").text, say)

    served = [ada.get(balancer, "/tasks").headers["x-served-by"] for _ in range(6)]
    took_turns = set(served) == {str(one), str(two)} and all(now != then for then, now in pairwise(served))
    _require("one user's clicks alternate between both", took_turns, say)

    _show_limits(one, two, balancer, ada.email, say)

    old = Browser(ADA, ada.cookie)
    ada.post(two, "/sign-out")
    after = old.get(one, "/tasks")
    ended = after.status_code == 303 and after.headers["location"].startswith("/sign-in")
    _require("a sign-out on one ends it on the other", ended, say)

    ada.keep_cookies(ada.post(balancer, "/sign-in", email=ada.email, password=PASSWORD))
    return ada


def _show_limits(one: int, two: int, balancer: int, email: str, say: Say) -> None:
    another_user = Browser(ANOTHER_USER)
    tries = [another_user.post(balancer, "/sign-in", email=email, password="a wild guess") for _ in range(2 * TRIES)]
    counted = [answer.status_code == 429 for answer in tries] == TRIES * [False] + TRIES * [True]
    both = {answer.headers["x-served-by"] for answer in tries} == {str(one), str(two)}
    elsewhere = Browser(ANOTHER).post(balancer, "/sign-in", email=email, password="a wild guess")
    _require(
        f"of {2 * TRIES} tries to sign in, spread over both, {TRIES} are heard and {TRIES} meet 429; "
        "another address may still try",
        counted and both and elsewhere.status_code != 429,
        say,
        f"They were answered {[answer.status_code for answer in tries]}, elsewhere {elsewhere.status_code}.",
    )


@dataclass
class Done:
    """One request during which an instance may have died."""

    asked_at: float
    answered_at: float
    status: int
    served_by: str
    title: str = ""


@dataclass
class Walk:
    """Several windows of one user's, all clicking: a page, a new task, a page, …"""

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
            title = f"{DYING} {uuid4().hex}"
            self._note("", lambda: window.get(self.port, "/tasks"))
            self._note(title, lambda title=title: window.post(self.port, "/tasks", title=title, op=str(uuid4())))  # type: ignore[misc]

    def _note(self, title: str, ask: Callable[[], httpx.Response]) -> None:
        asked_at = time.monotonic()
        try:
            answer = ask()
            status, served_by = answer.status_code, answer.headers.get("x-served-by", "")
        except httpx.HTTPError:
            status, served_by = 0, ""
        self.done.append(Done(asked_at, time.monotonic(), status, served_by, title))


def show_survival(
    how: str,
    kill: Callable[[], None],
    user: Browser,
    dying: int,
    balancer: int,
    stored: Callable[[], list[str]],
    say: Say,
) -> None:
    """End an instance while somebody clicks, `stored` being the titles in the database. Raises NotShared."""
    with Walk(user, balancer) as walk:
        time.sleep(1.0)
        killed_at = time.monotonic()
        kill()
        time.sleep(1.5)
    failed = [one.status for one in walk.done if one.status not in OK]
    before = [one for one in walk.done if one.answered_at < killed_at]
    during = [one for one in walk.done if one.asked_at <= killed_at <= one.answered_at]
    if not any(one.served_by == str(dying) for one in before):
        raise NotShared(f"Nobody was being served by the instance that was ended ({how}).")
    written = sorted(one.title for one in walk.done if one.title and one.status in OK)
    found = sorted(title for title in stored() if title in set(written))
    _require(
        f"{how}: {len(walk.done)} requests, {len(during)} in flight when it came, none failed, "
        f"each of {len(written)} new tasks is there once",
        not failed and found == written,
        say,
        f"Failed: {failed}. {len(written)} tasks were acknowledged, {len(found)} are there.",
    )


def _require(claim: str, holds: bool, say: Say, said: str = "") -> None:
    if not holds:
        raise NotShared(f"Not so: {claim}. {said}".rstrip())
    say(f"  {claim}")
