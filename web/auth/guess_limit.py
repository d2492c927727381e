"""Slows down guessing of passwords and codes, and messages to one address: by pauses that rise with each failure.

They are kept in the database for all processes.

A guess counts before it is judged, so that many at once gain nothing, and is taken back unless it turns out wrong.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy import Connection, bindparam, delete, update

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.models.base import table_of
from web.models.failed_guess import FailedGuess

# Longer than any budget remembers.
KEPT = timedelta(days=1)
_COUNTS = table_of(FailedGuess)
_SET = (
    update(_COUNTS)
    .where(_COUNTS.c.digest == bindparam("of_digest"))
    .values(
        failures=bindparam("new_failures"),
        failed_at=bindparam("new_failed_at", type_=UtcDateTime()),
        next_at=bindparam("new_next_at", type_=UtcDateTime()),
    )
)


@dataclass(frozen=True)
class Budget:
    """How many failures in a row cost no pause, the longest pause, and after how long without one all is forgotten."""

    name: str
    free: int
    longest: timedelta
    forgotten_after: timedelta

    def pause(self, failures: int) -> timedelta:
        """Before the next guess: a second after the first that is not free, then twice as long each time."""
        # The exponent is bounded, or the power would not fit.
        return min(self.longest, timedelta(seconds=2 ** min(failures - self.free, 20) // 2))


# Many people share an address, so it may fail often; it still ends trying one password on many accounts.
ADDRESS = Budget("address", 30, timedelta(minutes=5), timedelta(hours=1))
# All browsers together that have not signed in to the account before.
ACCOUNT = Budget("account", 5, timedelta(minutes=15), timedelta(days=1))
# One browser that has, or a session: what others fail does not count here.
BROWSER = Budget("browser", 10, timedelta(minutes=15), timedelta(days=1))
# Messages that a user has sent to one address, which may be another person's.
MAILS = Budget("mails", 5, timedelta(hours=1), timedelta(days=1))


@dataclass(frozen=True)
class Counted:
    """Something that guesses are counted by, such as one address."""

    budget: Budget
    value: str

    def digest(self, secret: str) -> str:
        return hmac.digest(secret.encode(), f"guesses of {self.budget.name} {self.value}".encode(), sha256).hex()


class TooManyGuesses(Exception):
    """No guess is judged for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def begin(connection: Connection, secret: str, counted: Sequence[Counted], now: datetime) -> None:
    """Count one more guess by each of these, within a transaction that TooManyGuesses rolls back."""
    for digest, budget in _in_order(secret, counted):
        failures, failed_at, next_at = _locked(connection, digest, now)
        if next_at > now:
            raise TooManyGuesses(ceil((next_at - now).total_seconds()))
        failures = 1 if failed_at + budget.forgotten_after <= now else failures + 1
        _set(connection, digest, failures, now, now + budget.pause(failures))


def take_back(
    connection: Connection, secret: str, counted: Sequence[Counted], now: datetime, *, is_right: bool = False
) -> None:
    """The guess was right, or was not judged: the next one waits for nothing, and no row stays for nothing.

    A right one also forgives a browser its failures. One that was not judged does not, or a browser that sends such
    calls between its guesses could guess without end.
    """
    for digest, budget in _in_order(secret, counted):
        failures, failed_at, _ = _locked(connection, digest, now)
        left = 0 if is_right and budget is BROWSER else max(failures - 1, 0)
        if left:
            _set(connection, digest, left, failed_at, now)
        else:
            connection.execute(delete(_COUNTS).where(_COUNTS.c.digest == digest))


def write_alike(connection: Connection, secret: str, email: str, now: datetime) -> None:
    """Writes, and leaves nothing: with an account and without one, COMMIT has something to do."""
    take_back(connection, secret, [Counted(MAILS, f"alike {email}")], now)


def forget_old(connection: Connection, now: datetime) -> None:
    """Remove the counts of more than a day ago."""
    connection.execute(delete(_COUNTS).where(_COUNTS.c.failed_at < now - KEPT))


def _in_order(secret: str, counted: Sequence[Counted]) -> list[tuple[str, Budget]]:
    """All transactions lock rows in the same order."""
    return sorted(((one.digest(secret), one.budget) for one in counted), key=lambda pair: pair[0])


def _locked(connection: Connection, digest: str, now: datetime) -> tuple[int, datetime, datetime]:
    """The count, its last failure and when the next guess may come. The row is locked, and made where it is missing."""
    values = {"digest": digest, "failures": 0, "failed_at": now, "next_at": now}
    insert = dialect_of(connection).insert(_COUNTS).values(values)
    # One statement: between two, another transaction could remove the row.
    locked = insert.on_conflict_do_update(index_elements=["digest"], set_={"digest": digest})
    row = connection.execute(locked.returning(*_COUNTS.c)).one()
    return row.failures, row.failed_at, row.next_at


def _set(connection: Connection, digest: str, failures: int, failed_at: datetime, next_at: datetime) -> None:
    values = {"new_failures": failures, "new_failed_at": failed_at, "new_next_at": next_at}
    connection.execute(_SET, {"of_digest": digest, **values})
