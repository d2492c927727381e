"""What a user chose, and what follows from another time zone."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.due import Due
from web.domain.preferences import Preferences
from web.domain.zones import InvalidZone, zone_named
from web.models.base import table_of, values_of
from web.models.closed_account import is_closed
from web.models.preferences import PreferencesDraft, UserPreferences, preferences_of
from web.models.task import Task
from web.models.user import User
from web.services.access import USER_ID, bound_to
from web.services.digests import Digests
from web.services.records import Service
from web.services.reminders import Reminders
from web.services.task_dates import clock_of, text_of

_PREFERENCES, _TASKS, _USERS = table_of(UserPreferences), table_of(Task), table_of(User)
_MINE = select(_PREFERENCES).where(_PREFERENCES.c.user_id == USER_ID)
_FIXED = select(_TASKS.c.id, _TASKS.c.due_on, _TASKS.c.due_time, _TASKS.c.due_zone, _TASKS.c.due_at).where(
    _TASKS.c.user_id == USER_ID, _TASKS.c.due_at.is_not(None)
)
_ADDRESS_FOR_REMINDERS = (
    select(_USERS.c.email)
    .join(_PREFERENCES, _PREFERENCES.c.user_id == _USERS.c.id)
    .where(
        *(_USERS.c.id == bindparam("user"), _USERS.c.email_verified),
        *(_PREFERENCES.c.reminders_by_email, ~is_closed(_USERS.c.id)),
    )
)
# The moment stays, so this is no change of the task: only what the user's clock shows at it.
_SHOW = (
    update(_TASKS)
    .where(_TASKS.c.user_id == USER_ID, _TASKS.c.id == bindparam("task"))
    .values(
        due_on=bindparam("day", type_=_TASKS.c.due_on.type),
        due_time=bindparam("at", type_=_TASKS.c.due_time.type),
        due_at=bindparam("moment_of_due", type_=UtcDateTime()),
    )
)


class PreferencesService(Service):
    """The preferences of the user; `actor.preferences` has them as they were when the request began."""

    def get(self) -> Preferences:
        row = self.connection.execute(_MINE, bound_to(self.actor)).one_or_none()
        return preferences_of(row) if row else Preferences()

    def form(self) -> PreferencesDraft:
        """What the settings page shows: a zone only where the user chose it."""
        chosen = self.get()
        values = {name: getattr(chosen, name) for name in PreferencesDraft.model_fields if name != "time_zone"}
        return PreferencesDraft.model_validate(
            {**values, "time_zone": chosen.zone.key if chosen.zone_is_chosen else None}
        )

    def save(self, draft: PreferencesDraft, *, only: Collection[str] | None = None) -> Preferences:
        """Idempotent. `only` names the fields to write: another tab may have changed the others since.

        A time zone that is given counts as chosen; without one it is the browser's again.
        """
        values = {name: value for name, value in values_of(draft).items() if only is None or name in only}
        if "time_zone" in values:
            before = self.get()
            if draft.time_zone is None and before.zone_is_known and not before.zone_is_chosen:
                values["time_zone"] = before.zone.key
            values["zone_is_chosen"] = draft.time_zone is not None
        return self._write(values) if values else self.get()

    def choose_zone(self, name: str) -> Preferences:
        """Everything else stays as it was chosen. Raises InvalidZone."""
        return self.save(self.form().model_copy(update={"time_zone": zone_named(name).key}))

    def detect_zone(self, name: str) -> Preferences:
        """The zone that the user's browser tells: taken over unless another one was chosen, or it is unknown here.

        Pages tell it only where none is known, or where the user asks for it.
        """
        known = self.get()
        try:
            zone = zone_named(name)
        except InvalidZone:
            return known
        if known.zone_is_chosen or (known.zone_is_known and known.zone == zone):
            return known
        return self._write({"time_zone": zone.key})

    def end_email(self, field: str) -> None:
        """What the link in an email ends, `digest_hour` or `reminders_by_email`; nothing for a user who is gone."""
        off = {"digest_hour": None} if field == "digest_hour" else {"reminders_by_email": False}
        self.connection.execute(update(_PREFERENCES).where(_PREFERENCES.c.user_id == self.actor.user_id).values(off))
        Digests(self.connection, self.actor).follow(self.get())

    def _write(self, values: dict[str, Any]) -> Preferences:
        before = self.get()
        insert = dialect_of(self.connection).insert(_PREFERENCES).values(user_id=self.actor.user_id, **values)
        self.connection.execute(insert.on_conflict_do_update(index_elements=["user_id"], set_=values))
        after = self.get()
        if after.zone != before.zone:
            self._follow_zone(before, after)
        has_digest = after.digest_hour is not None
        if after.digest_hour != before.digest_hour or (has_digest and after.zone != before.zone):
            Digests(self.connection, self.actor).follow(after)
        return after

    def _follow_zone(self, before: Preferences, after: Preferences) -> None:
        """Fixed due dates get the wall time of the new zone; others keep theirs and are due at another moment."""
        following = Reminders(self.connection, replace(self.actor, preferences=before)).following()
        for task in self.connection.execute(_FIXED, bound_to(self.actor)).all():
            due = Due(task.due_on, clock_of(task.due_time), task.due_zone, task.due_at).shown_in(after.zone)
            values = {"task": task.id, "day": due.due_on, "at": text_of(due.due_time), "moment_of_due": due.due_at}
            self.connection.execute(_SHOW, {**bound_to(self.actor), **values})
        Reminders(self.connection, replace(self.actor, preferences=after)).follow_zone(following)


def address_for_reminders(connection: Connection, user_id: str) -> str | None:
    """The email address of the user.

    None for one who does not want reminders by email, has not confirmed the address, or has closed the account.
    """
    address: str | None = connection.scalar(_ADDRESS_FOR_REMINDERS, {"user": user_id})
    return address
