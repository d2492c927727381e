"""The day's page, in a browser that is in another time zone than the one that was chosen."""

from playwright.sync_api import expect

from tests.system.conftest import NewUser


def test_the_zone_of_the_browser_is_offered_until_it_is_answered(new_user: NewUser) -> None:
    ada = new_user(timezone_id="America/New_York")
    page, owner = ada.page, ada.site.user(ada.email).id
    ada.site.execute(
        f"UPDATE preferences SET time_zone = 'Europe/Berlin', zone_is_chosen = TRUE WHERE user_id = '{owner}'"
    )
    use, keep = (page.get_by_role("button", name=name) for name in ("Use America/New_York", "Keep Europe/Berlin"))

    page.goto("/today")
    keep.click()

    expect(page).to_have_url("/today")
    page.goto("/today")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state()
    expect(use).to_have_count(0)

    page.evaluate("localStorage.clear()")
    page.goto("/today")
    use.click()
    page.wait_for_load_state()
    expect(use).to_have_count(0)
    page.goto("/settings")
    expect(page.get_by_label("Time zone")).to_have_value("America/New_York")


def test_another_browser_changes_no_detected_zone_unasked(new_user: NewUser) -> None:
    ada = new_user(timezone_id="America/New_York")
    page, owner = ada.page, ada.site.user(ada.email).id
    ada.site.execute(f"UPDATE preferences SET time_zone = 'Asia/Tokyo' WHERE user_id = '{owner}'")

    page.goto("/today")
    expect(page.get_by_role("button", name="Keep Asia/Tokyo")).to_be_visible()
    page.get_by_role("button", name="Use America/New_York").click()

    page.wait_for_function("() => document.getElementById('zone-offer')?.dataset.zone === 'America/New_York'")
    page.goto("/settings")
    expect(page.get_by_label("Time zone").locator("option:checked")).to_have_text(
        "As my browser says (America/New_York)"
    )


def test_after_a_chosen_zone_the_browsers_counts_again(new_user: NewUser) -> None:
    page = new_user(timezone_id="Europe/Berlin").page
    page.goto("/settings")
    for zone, words in (("Pacific/Auckland", "Auckland"), ("", "As my browser says (Europe/Berlin)")):
        page.get_by_label("Time zone").select_option(zone)
        page.get_by_role("button", name="Save").click()

        expect(page.get_by_label("Time zone").locator("option:checked")).to_have_text(words)
