"""What a user chose: time zone, how dates are written and read, and how pages look."""

from enum import StrEnum
from typing import Annotated, Any, Self

from msgspec import Struct, convert
from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import CheckConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, sqlite_check
from web.domain.preferences import Preferences, zone_or_utc
from web.domain.zones import InvalidZone, zone_named
from web.models.base import Draft
from web.models.constraints import ZONE_LENGTH
from web.models.reminder import MOST_MINUTES


class DateOrder(StrEnum):
    """How 3/12 is read."""

    DAY_FIRST = "d/m"
    MONTH_FIRST = "m/d"


class StartPage(StrEnum):
    """Where `/` leads."""

    TODAY = "today"
    UPCOMING = "upcoming"
    INBOX = "inbox"
    TASKS = "tasks"


class Scheme(StrEnum):
    """Light, dark, or what the system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    """How high a row is."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


def _zone(name: str) -> str:
    try:
        return zone_named(name).key
    except InvalidZone as problem:
        raise ValueError(str(problem)) from problem


def _clock(hours: int) -> int:
    if hours not in (12, 24):
        raise ValueError("A clock has 12 or 24 hours.")
    return hours


TimeZone = Annotated[str, AfterValidator(_zone)]


class ZoneDraft(Draft):
    """The time zone that a browser tells."""

    time_zone: TimeZone


class PreferencesDraft(Draft):
    """What a user may choose. `week_start` is 0 for Monday to 6 for Sunday, `clock` 12 or 24."""

    time_zone: TimeZone | None = None
    week_start: int = Field(default=0, ge=0, le=6)
    date_order: DateOrder = DateOrder.DAY_FIRST
    clock: Annotated[int, AfterValidator(_clock), WithJsonSchema({"type": "integer", "enum": [12, 24]})] = 24
    start_page: StartPage = StartPage.TODAY
    scheme: Scheme = Scheme.SYSTEM
    density: Density = Density.COMFORTABLE
    single_keys: bool = True
    default_reminder: int | None = Field(default=None, ge=0, le=MOST_MINUTES)
    reminders_by_email: bool = False
    # The hour of the daily email, 0 to 23; None is none.
    digest_hour: int | None = Field(default=None, ge=0, le=23)


def _one_of(name: str, values: type[StrEnum]) -> Any:
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")


def _defaults_to(value: str) -> dict[str, Any]:
    return {"server_default": sql(value)}


class UserPreferences(SQLModel, table=True):
    """The row of a user who has chosen something, or whose browser told its zone."""

    __tablename__ = "preferences"
    __table_args__ = (
        CheckConstraint(f"length(time_zone) BETWEEN 1 AND {ZONE_LENGTH}", name="time_zone_length"),
        CheckConstraint("zone_is_chosen IN (FALSE, TRUE)", name="zone_is_chosen_true_or_false"),
        CheckConstraint("week_start BETWEEN 0 AND 6", name="week_start_known"),
        CheckConstraint("clock IN (12, 24)", name="clock_known"),
        CheckConstraint("single_keys IN (FALSE, TRUE)", name="single_keys_true_or_false"),
        CheckConstraint(f"default_reminder BETWEEN 0 AND {MOST_MINUTES}", name="default_reminder_known"),
        CheckConstraint("reminders_by_email IN (FALSE, TRUE)", name="reminders_by_email_true_or_false"),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour_known"),
        _one_of("date_order", DateOrder),
        _one_of("start_page", StartPage),
        _one_of("scheme", Scheme),
        _one_of("density", Density),
        sqlite_check("time_zone_is_text", f"time_zone IS NULL OR {is_text('time_zone')}"),
        sqlite_check("week_start_is_integer", "typeof(week_start) = 'integer'"),
        *(
            sqlite_check(f"{name}_is_integer", f"{name} IS NULL OR typeof({name}) = 'integer'")
            for name in ("default_reminder", "digest_hour")
        ),
    )

    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    time_zone: str | None = Field(default=None, max_length=ZONE_LENGTH)
    # Chosen in the settings; otherwise it is the browser's, and follows it.
    zone_is_chosen: bool = Field(default=False, sa_column_kwargs=_defaults_to("FALSE"))
    week_start: int = Field(default=0, sa_column_kwargs=_defaults_to("0"))
    date_order: str = Field(default="d/m", max_length=3, sa_column_kwargs=_defaults_to("'d/m'"))
    clock: int = Field(default=24, sa_column_kwargs=_defaults_to("24"))
    start_page: str = Field(default="today", max_length=10, sa_column_kwargs=_defaults_to("'today'"))
    scheme: str = Field(default="system", max_length=10, sa_column_kwargs=_defaults_to("'system'"))
    density: str = Field(default="comfortable", max_length=12, sa_column_kwargs=_defaults_to("'comfortable'"))
    single_keys: bool = Field(default=True, sa_column_kwargs=_defaults_to("TRUE"))
    default_reminder: int | None = None
    reminders_by_email: bool = Field(default=False, sa_column_kwargs=_defaults_to("FALSE"))
    digest_hour: int | None = None


def preferences_of(row: Any) -> Preferences:
    """What a row of the table says; its columns may all be None, for a user without one."""
    if row.clock is None:
        return Preferences()
    return Preferences(
        zone=zone_or_utc(row.time_zone),
        zone_is_chosen=row.zone_is_chosen,
        zone_is_known=row.time_zone is not None,
        week_start=row.week_start,
        date_order=row.date_order,
        clock=row.clock,
        start_page=row.start_page,
        scheme=row.scheme,
        density=row.density,
        single_keys=row.single_keys,
        default_reminder=row.default_reminder,
        reminders_by_email=row.reminders_by_email,
        digest_hour=row.digest_hour,
    )


class PreferencesOut(Struct, frozen=True):
    """Preferences as programs read them. `time_zone` is null while it is that of the user's browser."""

    time_zone: str | None
    week_start: int
    date_order: DateOrder
    clock: int
    start_page: StartPage
    scheme: Scheme
    density: Density
    single_keys: bool
    default_reminder: int | None
    reminders_by_email: bool
    digest_hour: int | None

    @classmethod
    def of(cls, draft: PreferencesDraft) -> Self:
        return convert(draft, cls, from_attributes=True)
