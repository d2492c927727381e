"""The settings page: one form with its own Save, and the browser's time zone where it is offered."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient, Page
from tests.controllers.api.client import Program
from tests.controllers.test_devices import tell
from tests.factories import Factory
from tests.push_service import Browser
from web.mail_settings import read_mail_settings
from web.settings import Settings

CHOSEN = {
    "time_zone": "Europe/Berlin",
    "week_start": "6",
    "date_order": "m/d",
    "clock": "12",
    "start_page": "inbox",
    "scheme": "dark",
    "density": "compact",
    "single_keys": "False",
    "default_reminder": "10",
}


def shown(page: Page) -> dict[str, str]:
    """The choices as the page shows them."""
    chosen = {
        field.attributes["name"] or "": field.css_first("option[selected]")
        for field in page.tree.css("#settings select")
    }
    return {name: option.attributes["value"] or "" for name, option in chosen.items() if option}


def test_defaults_are_shown_to_a_user_who_chose_nothing(ada: HtmlClient) -> None:
    page = ada.get("/settings")

    assert shown(page) == {
        "time_zone": "",
        "week_start": "0",
        "date_order": "d/m",
        "clock": "24",
        "start_page": "today",
        "scheme": "system",
        "density": "comfortable",
        "single_keys": "True",
        "default_reminder": "",
    }


def test_every_choice_is_saved(ada: HtmlClient) -> None:
    answer = ada.post("/settings", body=CHOSEN)
    page = ada.get(answer.to)

    assert answer.status == 303
    assert shown(page) == CHOSEN
    assert "Saved." in page.text


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("time_zone", "Mars/Base", "There is no time zone “Mars/Base”. Europe/Berlin is one."),
        ("clock", "13", "A clock has 12 or 24 hours."),
        ("week_start", "7", "Enter a number up to 6."),
    ],
)
def test_a_choice_that_does_not_exist_is_returned(ada: HtmlClient, name: str, value: str, sentence: str) -> None:
    page = ada.post("/settings", body={**CHOSEN, name: value})

    assert page.status == 422
    assert sentence in page.text
    assert shown(page) == {**CHOSEN, name: value}


def test_the_browsers_zone_counts_until_one_is_chosen(ada: HtmlClient) -> None:
    ada.post("/settings/browser-zone", time_zone="Asia/Tokyo")
    ada.post("/settings", body={**CHOSEN, "time_zone": ""})
    detected = ada.get("/settings").text
    ada.post("/settings/zone", time_zone="Europe/Berlin")
    ada.post("/settings/browser-zone", time_zone="Asia/Tokyo")

    assert "As my browser says (Asia/Tokyo)" in detected
    assert shown(ada.get("/settings")) == CHOSEN


@pytest.mark.databases("sqlite")
def test_all_times_of_the_settings_are_on_the_users_clock(ada: HtmlClient, make: Factory) -> None:
    ada.post("/settings/browser-zone", time_zone="Asia/Tokyo")
    make.access_token(ada.user)
    make.feed(ada.user)
    make.webhook(ada.user)

    pages = [ada.get(f"/settings/{page}").tree.css("main time") for page in ("tokens", "feeds", "webhooks", "sessions")]

    assert all(pages)
    assert {str(time.attributes["title"]).rpartition(", ")[2] for times in pages for time in times} == {"Asia/Tokyo"}


def test_the_day_has_the_offer_of_another_zone_only_where_one_is_known(ada: HtmlClient) -> None:
    unknown = ada.get("/today")
    ada.post("/settings/browser-zone", time_zone="Asia/Tokyo")
    detected = ada.get("/today").tree.css_first("#zone-offer")
    ada.post("/settings/zone", time_zone="Europe/Berlin")
    chosen = ada.get("/today").tree.css_first("#zone-offer")

    assert not unknown.tree.css_first("#zone-offer")
    assert detected.attributes["data-zone"] == "Asia/Tokyo"
    assert 'action="/settings/browser-zone?' in str(detected.html), "the zone stays the browser's"
    assert chosen.attributes["data-zone"] == "Europe/Berlin"
    assert 'action="/settings/browser-zone?' not in str(chosen.html)
    assert not ada.get("/upcoming").tree.css_first("#zone-offer")


def test_zones_are_grouped_by_region_without_old_names(ada: HtmlClient) -> None:
    page = ada.get("/settings")
    groups = page.tree.css("#settings-time_zone optgroup")

    assert [group.attributes["label"] for group in groups][-3:] == ["Indian", "Pacific", "UTC"]
    berlin = page.tree.css_first("optgroup[label=Europe] option[value='Europe/Berlin']")
    assert berlin.text() == "Berlin"
    for old in ("Zulu", "GB-Eire", "Etc/GMT+5", "Asia/Calcutta"):
        assert not page.tree.css(f"option[value='{old}']")


def test_an_old_name_that_was_chosen_can_stay(ada: HtmlClient) -> None:
    ada.post("/settings/zone", time_zone="Asia/Calcutta")
    before = shown(ada.get("/settings"))

    ada.post("/settings", body=before)

    assert before["time_zone"] == "Asia/Calcutta"
    assert shown(ada.get("/settings"))["time_zone"] == "Asia/Calcutta"


def test_the_browsers_zone_is_named_only_where_it_is_the_one_that_counts(ada: HtmlClient) -> None:
    ada.post("/settings/browser-zone", time_zone="Asia/Tokyo")
    detected = ada.get("/settings").text
    ada.post("/settings/zone", time_zone="Pacific/Auckland")

    assert "As my browser says (Asia/Tokyo)" in detected
    assert "As my browser says (" not in ada.get("/settings").text


def test_without_a_known_zone_today_leads_to_the_setting(ada: HtmlClient) -> None:
    assert ada.get("/today").tree.css_first(".view__zone a").attributes["href"] == "/settings#settings-time_zone"


def test_an_answer_leads_back_to_the_page_that_asked(ada: HtmlClient) -> None:
    assert ada.post("/settings/zone", on="/today", time_zone="Europe/Berlin").to == "/today"
    assert ada.post("/settings/browser-zone", on="/settings", time_zone="Europe/Berlin").to == "/settings"


def test_days_are_those_of_the_chosen_zone(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, due_time="18:30", due_on=date(2036, 11, 24))
    ada.post("/settings", body=CHOSEN)

    page = ada.get(f"/tasks/{task.id}")

    assert "Nov 24, 2036, 6:30 pm" in page.text


def test_settings_belong_to_one_user(ada: HtmlClient, bob: HtmlClient) -> None:
    ada.post("/settings", body=CHOSEN)

    assert shown(bob.get("/settings"))["time_zone"] == ""


@pytest.fixture
def reader(
    migrated: Settings, make: Factory, built_app: Callable[[Settings], Litestar], ada: HtmlClient
) -> Iterator[HtmlClient]:
    """Ada, at a Daybook with a mail server."""
    mail = read_mail_settings("smtp://127.0.0.1", "daybook@example.com")
    with TestClient(built_app(replace(migrated, mail=mail)), base_url=ORIGIN) as client:
        yield HtmlClient(client, ada.user, ada.cookie)


def test_emails_are_chosen_where_there_is_a_mail_server(reader: HtmlClient, ada: HtmlClient) -> None:
    emails = {"reminders_by_email": "True", "digest_hour": "7"}

    reader.post("/settings", body={**CHOSEN, **emails})
    with_mail, without = shown(reader.get("/settings")), shown(ada.get("/settings"))

    assert with_mail == {**CHOSEN, **emails}
    assert without == CHOSEN


def test_what_the_page_does_not_show_stays_as_it_was(reader: HtmlClient, ada: HtmlClient) -> None:
    reader.post("/settings", body={**CHOSEN, "reminders_by_email": "True", "digest_hour": "7"})

    ada.post("/settings", body={**CHOSEN, "clock": "24"})

    now = shown(reader.get("/settings"))
    assert (now["clock"], now["reminders_by_email"], now["digest_hour"]) == ("24", "True", "7")


def test_they_come_once_the_address_is_confirmed(reader: HtmlClient, make: Factory) -> None:
    eve = reader.signed_in_as(make.user("Eve", email_verified=False), make)

    hints = [one.get("/settings").tree.css_first("#settings .field__hint") for one in (reader, eve)]

    assert hints[0] is None
    assert "once you have confirmed your address" in hints[1].text()


def test_the_hours_of_the_email_are_written_as_the_clock_is(reader: HtmlClient) -> None:
    reader.post("/settings", body={**CHOSEN, "clock": "12"})

    hours = [one.text() for one in reader.get("/settings").tree.css("#settings-digest_hour option")]

    assert (hours[0], hours[1], hours[19]) == ("Off", "At 12:00 am", "At 6:00 pm")


def test_an_hour_that_no_day_has_is_refused(reader: HtmlClient) -> None:
    page = reader.post("/settings", body={**CHOSEN, "digest_hour": "24"})

    assert page.status == 422
    assert shown(page)["digest_hour"] == "24"


def test_every_page_of_the_settings_has_their_styles(ada: HtmlClient, app: Litestar) -> None:
    paths = {one.path.rstrip("/") for one in app.routes if one.path.startswith("/settings") and "{" not in one.path}
    pages = {path: ada.get(path) for path in paths}
    shown = {path: page for path, page in pages.items() if page.status == 200 and page.tree.css_first("main h1")}

    assert shown.keys() >= {"/settings", *(f"/settings/{one}" for one in ("feeds", "import", "tokens", "webhooks"))}
    assert [path for path, page in shown.items() if not page.tree.css("link[href*='/static/settings.']")] == []


@pytest.mark.databases("sqlite")
def test_times_are_on_the_users_clock(ada: HtmlClient, make: Factory) -> None:
    ada.post("/settings", body=CHOSEN | {"time_zone": "Asia/Tokyo"})
    _, token = make.access_token(ada.user)
    Program(ada, authorization=f"Bearer {token}").get("/api/me")
    make.feed(ada.user)
    webhook, _ = make.webhook(ada.user)
    make.delivery(webhook)
    tell(ada, "POST", "/api/devices", Browser())

    for address in ("tokens", "feeds", "devices", "webhooks", f"webhooks/{webhook.id}"):
        times = ada.get(f"/settings/{address}").tree.css("main time")
        assert times, address
        assert {(time.attributes["title"] or "").rpartition(", ")[2] for time in times} == {"Asia/Tokyo"}, address
        assert [time.text() for time in times if "UTC" in time.text()] == []
