"""Preferences, and what another time zone changes."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from tests.factories import SECRET, Factory
from tests.services.planner import NOW, Planner, content, day
from web.auth.identity import find_session
from web.db.database import Database
from web.domain.preferences import Preferences
from web.domain.timestamps import utc_now
from web.models.preferences import PreferencesDraft
from web.models.reminder import ReminderDraft
from web.services.preferences import PreferencesService
from web.services.reminders import SNOOZE, Reminders


def saved(planner: Planner, **values: Any) -> Preferences:
    return planner.run(PreferencesService, lambda service: service.save(PreferencesDraft(**values)))


def detected(planner: Planner, zone: str) -> Preferences:
    return planner.run(PreferencesService, lambda service: service.detect_zone(zone))


def test_a_user_who_chose_nothing_has_the_defaults(ada_plans: Planner) -> None:
    assert ada_plans.run(PreferencesService, lambda service: service.get()) == Preferences()


def test_what_is_saved_comes_with_the_session(database: Database, make: Factory) -> None:
    planner = Planner(database, make)
    chosen = saved(planner, time_zone="Europe/Berlin", week_start=6, date_order="m/d", clock=12, scheme="dark")

    with database.reading() as session:
        found = find_session(session.connection(), make.sign_in(planner.user).token, utc_now())

    assert found and found.user.preferences == chosen
    assert (chosen.zone.key, chosen.week_start, chosen.clock, chosen.scheme) == ("Europe/Berlin", 6, 12, "dark")
    assert SECRET not in str(chosen)


def test_saving_twice_keeps_the_last(ada_plans: Planner) -> None:
    saved(ada_plans, single_keys=False, default_reminder=15)

    again = saved(ada_plans, density="compact")

    assert (again.single_keys, again.default_reminder, again.density) == (True, None, "compact")
    form = ada_plans.run(PreferencesService, lambda service: service.form())
    assert form.density == "compact"


@pytest.mark.parametrize(
    "values",
    [
        {"time_zone": "Berlin"},
        {"time_zone": "../etc/passwd"},
        {"week_start": 7},
        {"date_order": "y/m/d"},
        {"start_page": "https://x"},
        {"default_reminder": -1},
    ],
)
def test_what_is_not_known_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PreferencesDraft(**values)


class TestZone:
    def test_the_browsers_zone_is_taken_until_one_is_chosen(self, ada_plans: Planner) -> None:
        first = detected(ada_plans, "Asia/Calcutta")
        travelled = detected(ada_plans, "America/New_York")
        saved(ada_plans, time_zone="Europe/Berlin")
        chosen = detected(ada_plans, "America/New_York")

        assert [one.zone.key for one in (first, travelled, chosen)] == [
            "Asia/Calcutta",
            "America/New_York",
            "Europe/Berlin",
        ]
        assert chosen.zone_is_chosen and not travelled.zone_is_chosen

    @pytest.mark.parametrize("name", ["", "Nowhere/Land", "x" * 5000, "Factory"])
    def test_an_unknown_zone_changes_nothing(self, ada_plans: Planner, name: str) -> None:
        assert detected(ada_plans, name) == Preferences()

    def test_a_floating_due_date_keeps_its_wall_time(self, ada_plans: Planner) -> None:
        saved(ada_plans, time_zone="Europe/Berlin")
        task = ada_plans.add(due_on=day("2026-11-27"), due_time="09:00")

        saved(ada_plans, time_zone="America/New_York")

        assert content(ada_plans.stored(task)) == content(task)

    def test_a_fixed_moment_is_shown_at_another_time_and_is_unchanged(self, ada_plans: Planner) -> None:
        saved(ada_plans, time_zone="Europe/Berlin")
        task = ada_plans.add(due_on=day("2026-11-27"), due_time="03:00", due_zone="Europe/Berlin")

        saved(ada_plans, time_zone="America/New_York")

        moved = ada_plans.stored(task)
        assert (moved.due_on, moved.due_time, moved.due_at) == (day("2026-11-26"), "21:00", task.due_at)
        assert moved.version == task.version

    def test_reminders_follow_the_wall_time(self, ada_plans: Planner) -> None:
        saved(ada_plans, time_zone="Europe/Berlin")
        task = ada_plans.add(due_on=day("2026-11-27"), due_time="09:00")
        ada_plans.run(
            Reminders, lambda reminders: reminders.add_to(task, ReminderDraft(minutes_before=0), ada_plans.operation)
        )

        saved(ada_plans, time_zone="America/New_York")

        (reminder,) = ada_plans.run(Reminders, lambda reminders: reminders.of(task.id or 0))
        assert reminder.at == NOW.replace(day=27, hour=9, minute=0, tzinfo=ZoneInfo("America/New_York"))

    @pytest.mark.parametrize("due_zone", [None, "Europe/Berlin"])
    def test_a_snoozed_reminder_stays_snoozed(self, ada_plans: Planner, due_zone: str | None) -> None:
        saved(ada_plans, time_zone="Europe/Berlin")
        task = ada_plans.add(due_on=NOW.date(), due_time="14:30", due_zone=due_zone)

        def snooze(reminders: Reminders) -> None:
            draft = ReminderDraft(minutes_before=0)
            reminders.snooze(reminders.add_to(task, draft, ada_plans.operation))

        ada_plans.run(Reminders, snooze)
        saved(ada_plans, time_zone="America/New_York")

        (reminder,) = ada_plans.run(Reminders, lambda reminders: reminders.of(task.id or 0))
        assert reminder.at == NOW + SNOOZE
