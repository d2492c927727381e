"""Pauses after wrong passwords, on a clock that the tests move."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import SECRET
from web.auth.client import ClientInfo
from web.auth.guess_limit import (
    ACCOUNT,
    ADDRESS,
    BROWSER,
    MAILS,
    Budget,
    Counted,
    TooManyGuesses,
    begin,
    forget_old,
    take_back,
)
from web.db.database import Database

START = datetime(2026, 11, 27, 12, tzinfo=UTC)
ADA, BOB = Counted(ACCOUNT, "ada@example.com"), Counted(ACCOUNT, "bob@example.com")


class Guesser:
    """Guesses at a time; each method returns the seconds to wait, 0 where the guess is judged."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = START

    def wrong(self, *counted: Counted) -> int:
        try:
            with self.database.transaction() as session:
                begin(session.connection(), SECRET, counted, self.now)
        except TooManyGuesses as refused:
            return refused.seconds
        return 0

    def right(self, *counted: Counted) -> int:
        return self._taken_back(counted, is_right=True)

    def unjudged(self, *counted: Counted) -> int:
        return self._taken_back(counted, is_right=False)

    def _taken_back(self, counted: Sequence[Counted], *, is_right: bool) -> int:
        if wait := self.wrong(*counted):
            return wait
        with self.database.transaction() as session:
            take_back(session.connection(), SECRET, counted, self.now, is_right=is_right)
        return 0

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def guesser(database: Database) -> Guesser:
    return Guesser(database)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (5, 0), (6, 1), (7, 2), (8, 4), (15, 512), (16, 900)])
def test_pauses_rise_up_to_the_longest(failures: int, seconds: int) -> None:
    assert ACCOUNT.pause(failures) == timedelta(seconds=seconds)


def test_a_count_of_any_size_has_a_pause() -> None:
    assert ACCOUNT.pause(1_000_000) == ACCOUNT.longest


def test_the_first_failures_cost_no_pause_and_the_next_do(guesser: Guesser) -> None:
    assert [guesser.wrong(ADA) for _ in range(8)] == [0, 0, 0, 0, 0, 0, 1, 1]

    guesser.later(seconds=1)
    assert [guesser.wrong(ADA) for _ in range(2)] == [0, 2]


def test_other_accounts_are_not_slowed_down(guesser: Guesser) -> None:
    for _ in range(8):
        guesser.wrong(ADA)

    assert guesser.wrong(BOB) == 0


def test_a_refusal_by_one_count_adds_nothing_to_the_others(guesser: Guesser) -> None:
    address = Counted(ADDRESS, "192.0.2.1")
    for _ in range(100):
        guesser.wrong(ADA, address)

    assert guesser.wrong(BOB, address) == 0


def test_right_passwords_cost_nothing_however_many(guesser: Guesser) -> None:
    assert [guesser.right(ADA) for _ in range(50)] == [0] * 50


def test_a_right_password_between_guesses_forgives_none_of_them(guesser: Guesser) -> None:
    for _ in range(6):
        guesser.wrong(ADA)
    guesser.later(seconds=1)
    guesser.right(ADA)

    assert [guesser.wrong(ADA) for _ in range(2)] == [0, 2]


def test_a_right_password_makes_a_known_browser_new(guesser: Guesser) -> None:
    browser = Counted(BROWSER, "a browser")
    for _ in range(10):
        guesser.wrong(browser)
    guesser.right(browser)

    assert [guesser.wrong(browser) for _ in range(10)] == [0] * 10


@pytest.mark.parametrize("budget", [ADDRESS, ACCOUNT, BROWSER, MAILS])
def test_a_call_that_is_not_judged_forgives_none_of_the_guesses_before(budget: Budget, guesser: Guesser) -> None:
    counted = Counted(budget, "anything")
    for _ in range(budget.free):
        guesser.wrong(counted)
    guesser.unjudged(counted)

    assert [guesser.wrong(counted) for _ in range(2)] == [0, 1]


def test_failures_are_forgotten_after_a_day_without_one(guesser: Guesser) -> None:
    for _ in range(12):
        guesser.wrong(ADA)
        guesser.later(minutes=20)
    guesser.later(hours=23)
    assert (guesser.wrong(ADA), guesser.wrong(ADA)) == (0, 128)

    guesser.later(hours=25)
    assert [guesser.wrong(ADA) for _ in range(5)] == [0] * 5


def test_a_patient_guesser_gets_a_hundred_a_day(guesser: Guesser) -> None:
    judged = 0
    while guesser.now < START + timedelta(days=1):
        wait = guesser.wrong(ADA)
        judged += wait == 0
        guesser.later(seconds=wait)

    assert judged <= 110


@pytest.mark.parametrize("budget", [ADDRESS, ACCOUNT, BROWSER, MAILS])
def test_no_budget_remembers_longer_than_rows_are_kept(budget: Budget, guesser: Guesser) -> None:
    counted = Counted(budget, "anything")
    for _ in range(budget.free + 1):
        guesser.wrong(counted)

    guesser.later(days=1, seconds=1)
    with guesser.database.transaction() as session:
        forget_old(session.connection(), guesser.now)

    assert guesser.wrong(counted) == 0
    with guesser.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT failures FROM failed_guesses").scalars().all() == [1]


@pytest.mark.parametrize("counted", [ADA, Counted(BROWSER, "a browser")])
def test_what_was_taken_back_leaves_no_row(guesser: Guesser, counted: Counted) -> None:
    """Calls that are not judged cost no pause, so anyone could add rows without end."""
    guesser.right(counted)

    with guesser.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM failed_guesses").scalar_one() == 0


def test_neither_emails_nor_addresses_are_stored(guesser: Guesser) -> None:
    guesser.wrong(ADA, Counted(ADDRESS, "192.0.2.1"))

    with guesser.database.reading() as session:
        kept = str(session.connection().exec_driver_sql("SELECT * FROM failed_guesses").all())
    assert "ada" not in kept
    assert "192" not in kept


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("garbage", "garbage", True),
    ],
)
def test_an_address_stands_for_its_customer(one: str, other: str, same: bool) -> None:
    networks: Callable[[str], str] = lambda address: ClientInfo(address).network  # noqa: E731

    assert (networks(one) == networks(other)) is same
