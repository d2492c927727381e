"""Pages, forms and everything else withstand requests that no honest client sends: no 5xx, no error, no memory kept.

tests/hostile/test_api.py does the same for the API; together they send 100,000 in the short version.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from litestar import Litestar

from tests.factories import Factory
from tests.hostile.claims import Claim
from tests.hostile.generating import FORM, JSON, Target, requests
from tests.hostile.lengths import HOSTILE, length
from tests.hostile.sending import Failure, Receiver
from tests.hostile.targets import targets_of
from tests.routes.walk import routes
from web.auth.endpoints import ENDPOINTS

SEED = 2
# On each database; the long version asks the API too.
COUNT = length(30_000, 500_000)
# By a new user with new records, because some of these delete records; two more rounds have no session.
ROUND = 1_000
MEGABYTE = 1 << 20
MOST_KEPT = 32 * MEGABYTE
ROUTES = [route for route in routes() if HOSTILE > 1 or not route.is_api]
FORGED = "better-auth.session_token=HZzSL7KBzSZUSxZMNOjHLOFbwGlwl70n.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D"
# Of no user, and answered without Better Auth.
PUBLIC = [
    *(Target("GET", path) for path in ("/", "/sign-up", "/robots.txt", "/favicon.ico", "/service-worker.js")),
    *(Target("GET", path) for path in ("/healthz", "/help/quick-add", "/api/docs", "/api/openapi.json")),
    Target("GET", "/sign-in", query=("next", "signed_out")),
    *(Target("GET", f"/{place}/{{rest:path}}") for place in ("static", "help", "feeds", "unsubscribe")),
    Target("POST", "/unsubscribe/{token:str}", example={"List-Unsubscribe": "One-Click"}, media_type=FORM),
    Target("GET", "/api/auth/{rest:path}"),
    Target("POST", "/api/auth/{rest:path}", example={"email": "ada@example.com"}),
]
CREDENTIALS = {"email": "ada@example.com", "password": "correct horse"}
SIGN_UP = {"name": "Ada", **CREDENTIALS}
SIGNING_IN = [
    Target("POST", "/sign-in", example={**CREDENTIALS, "next": "/tasks"}, media_type=FORM),
    Target("POST", "/sign-up", example={**SIGN_UP, "next": "/tasks"}, media_type=FORM),
    Target("POST", "/sign-out", example={}, media_type=FORM),
    *(Target("POST", f"/api/auth{path}", example=SIGN_UP, media_type=JSON) for path, body in ENDPOINTS.items() if body),
    *(Target("GET", f"/api/auth{path}", query=("token", "callbackURL")) for path in ENDPOINTS),
]


def memory() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


class Attack:
    """Requests in rounds: one by a new user with a session, one by a client without one, one with a forged cookie."""

    def __init__(self, app: Litestar, make: Factory, targets: Sequence[Target], count: int) -> None:
        self.app, self.make, self.targets, self.count = app, make, targets, count
        self.failures: list[Failure] = []
        self.statuses: Counter[int] = Counter()
        self.memory: list[int] = []

    async def run(self) -> None:
        async with self.app.lifespan():
            for number, start in enumerate(range(0, self.count, ROUND)):
                await self._round(start, min(ROUND, self.count - start), number % 3)
                gc.collect()
                self.memory.append(memory())

    async def _round(self, start: int, count: int, kind: int) -> None:
        user = self.make.user("Ada")
        session = self.make.cookie(self.make.sign_in(user))
        cookie = (session, "", FORGED)[kind]
        targets = targets_of(self.app, ROUTES, self.make, user) if kind == 0 or not self._own else self._own
        self._own = targets
        receiver = Receiver(self.app, {"cookie": cookie} if cookie else {})
        self.failures += await receiver.failures(requests([*targets, *self.targets], SEED, count, start=start))
        self.statuses += receiver.statuses

    _own: Sequence[Target] = ()


def test_pages_and_forms_withstand_hostile_requests(unlimited: Litestar, make: Factory, claim: Claim) -> None:
    attack = Attack(unlimited, make, PUBLIC, COUNT)

    asyncio.run(attack.run())

    assert not attack.failures, "\n\n".join(map(str, attack.failures[:5]))
    # They are not all refused at the door.
    assert sum(count for status, count in attack.statuses.items() if status < 300) > COUNT / 20
    # From the middle on; before that caches of bounded size are filled.
    kept = attack.memory[-1] - attack.memory[len(attack.memory) // 2]
    assert kept < MOST_KEPT
    claim(f"hostile requests, {unlimited.state.database.engine.name}", COUNT, f"0 x 5xx, {kept / MEGABYTE:+.0f} MB")


@pytest.mark.usefixtures("errors_logged_only")
def test_signing_in_withstands_hostile_requests(live_app: Litestar, make: Factory, claim: Claim) -> None:
    count = length(600, 20_000)
    receiver = Receiver(live_app, {})

    async def run() -> list[Failure]:
        async with live_app.lifespan():
            return await receiver.failures(requests(SIGNING_IN, SEED, count))

    failures = asyncio.run(run())

    assert not failures, "\n\n".join(map(str, failures[:5]))
    claim("hostile sign-ins and calls of Better Auth", count, "0 x 5xx")
