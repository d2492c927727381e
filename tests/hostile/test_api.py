"""The API withstands requests that no honest client sends, on each database: no 5xx, no error logged."""

import asyncio
from collections import Counter

from litestar import Litestar

from tests.factories import Factory
from tests.hostile.claims import Claim
from tests.hostile.generating import requests
from tests.hostile.sending import Failure, Receiver
from tests.hostile.targets import targets_of
from tests.routes.walk import routes

SEED = 1
# On each database.
COUNT = 20_000
# By a new user with new records each, because some of these delete records.
ROUND = 500
ROUTES = [route for route in routes() if route.is_api]


def test_the_api_withstands_hostile_requests(unlimited: Litestar, make: Factory, claim: Claim) -> None:
    run = _Run(unlimited, make)

    asyncio.run(run.all())

    assert not run.failures, "\n\n".join(map(str, run.failures[:5]))
    # They are not all refused at the door.
    assert sum(count for status, count in run.statuses.items() if status < 400) > COUNT / 6
    claim(f"hostile requests to the API, {unlimited.state.database.engine.name}", COUNT, "0 x 5xx")


class _Run:
    def __init__(self, app: Litestar, make: Factory) -> None:
        self.app, self.make = app, make
        self.failures: list[Failure] = []
        self.statuses: Counter[int] = Counter()

    async def all(self) -> None:
        async with self.app.lifespan():
            for start in range(0, COUNT, ROUND):
                await self._round(start)

    async def _round(self, start: int) -> None:
        user = self.make.user("Ada")
        receiver = Receiver(self.app, {"cookie": self.make.cookie(self.make.sign_in(user))})
        targets = targets_of(self.app, ROUTES, self.make, user)
        self.failures += await receiver.failures(requests(targets, SEED, ROUND, start=start))
        self.statuses += receiver.statuses
