"""What a user chooses: time zone, dates, appearance, keys, the default reminder."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import NamedTuple

from litestar import Controller, get, post
from litestar.params import FromQuery

from web.domain.due_words import clock_words
from web.domain.preferences import Preferences
from web.domain.zones import zones_by_region
from web.http.forms import Form
from web.http.request import CurrentUrl, SendsMail
from web.http.responses import Page, Rendered, partials
from web.http.unit_of_work import unit_of_work
from web.models.preferences import PreferencesDraft, ZoneDraft
from web.services.preferences import PreferencesService


class Choices(NamedTuple):
    """The choices of a field: its values as a form sends them, and their words; those of `groups` under a heading."""

    label: str
    options: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]] = {}

    def offers(self, value: str) -> bool:
        return value in self.options or any(value in group for group in self.groups.values())


CHOICES = {
    "week_start": Choices("Weeks begin on", {"0": "Monday", "5": "Saturday", "6": "Sunday"}),
    "date_order": Choices("Dates", {"d/m": "Day first (24/12)", "m/d": "Month first (12/24)"}),
    "clock": Choices("Clock", {"24": "24 hours (18:00)", "12": "12 hours (6:00 pm)"}),
    "start_page": Choices(
        "Start page", {"today": "Today", "upcoming": "Upcoming", "inbox": "Inbox", "tasks": "Open tasks"}
    ),
    "scheme": Choices("Colours", {"system": "As the system", "light": "Light", "dark": "Dark"}),
    "density": Choices("Rows", {"comfortable": "Comfortable", "compact": "Compact"}),
    "single_keys": Choices("Single-key shortcuts", {"True": "On", "False": "Off"}),
    "default_reminder": Choices(
        "Reminder for a task with a time",
        {"": "None", "0": "When it is due", "10": "10 minutes before", "60": "1 hour before", "1440": "1 day before"},
    ),
}

# Shown where there is a mail server.
MAIL_FIELDS = {"reminders_by_email", "digest_hour"}


class SettingsController(Controller):
    path = "/settings"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def show(self, preferences: PreferencesService, mail: SendsMail, saved: FromQuery[str] = "") -> Rendered:
        return _page(preferences, _form(preferences), mail, saved=saved == "1")

    @post("/")
    @unit_of_work
    def save(self, preferences: PreferencesService, form: Form[PreferencesDraft], mail: SendsMail) -> Rendered:
        if form.draft is None:
            return _page(preferences, form, mail, status=422)
        # What the page does not show stays as it was.
        preferences.save(form.draft, only=form.edited if mail else form.edited - MAIL_FIELDS)
        return _page(preferences, form, mail, back="/settings?saved=1")

    @post("/zone")
    @unit_of_work
    def choose_zone(
        self, preferences: PreferencesService, form: Form[ZoneDraft], mail: SendsMail, url: CurrentUrl
    ) -> Rendered:
        """The zone that the page offered, because the browser's is another one; or the one before, to be kept."""
        return _zone_page(preferences, form, mail, preferences.choose_zone, url)

    @post("/browser-zone")
    @unit_of_work
    def detect_zone(
        self, preferences: PreferencesService, form: Form[ZoneDraft], mail: SendsMail, url: CurrentUrl
    ) -> Rendered:
        """The browser's zone, which counts until the user chooses one."""
        return _zone_page(preferences, form, mail, preferences.detect_zone, url)


def _form(preferences: PreferencesService) -> Form[PreferencesDraft]:
    return Form.showing(PreferencesDraft, preferences.form().model_dump(mode="json"))


def _zones(known: Preferences) -> Choices:
    is_detected = known.zone_is_known and not known.zone_is_chosen
    browser = f"As my browser says ({known.zone.key})" if is_detected else "As my browser says"
    return Choices("Time zone", {"": browser}, zones_by_region())


def _mail(known: Preferences) -> dict[str, Choices]:
    hours = {str(hour): f"At {clock_words(time(hour), known.clock)}" for hour in range(24)}
    return {
        "reminders_by_email": Choices("Reminders by email", {"False": "Off", "True": "On"}),
        "digest_hour": Choices("Email about the day", {"": "Off", **hours}),
    }


def _zone_page(
    preferences: PreferencesService, form: Form[ZoneDraft], mail: SendsMail, use: Callable[[str], object], back: str
) -> Rendered:
    known = _form(preferences)
    if form.draft is None:
        known.errors = form.errors
        return _page(preferences, known, mail, status=422)
    use(form.draft.time_zone)
    return _page(preferences, _form(preferences), mail, back=back)


def _page(
    preferences: PreferencesService,
    form: Form[PreferencesDraft],
    mail: SendsMail,
    *,
    status: int = 200,
    saved: bool = False,
    back: str = "",
) -> Rendered:
    known = preferences.get()
    choices = {"time_zone": _zones(known), **CHOICES, **(_mail(known) if mail else {})}
    if back:
        return partials("settings/_form.html", back=back, form=form, choices=choices)
    context = {"form": form, "choices": choices, "known": known, "saved": saved}
    return Page(context, "settings/index.html", "settings/_form.html", status=status)
