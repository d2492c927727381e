"""The words of a line that were understood: marked in the field, and kept as text by the × of their chip."""

from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser
from tests.system.test_several import PASTE


def test_what_was_understood_is_marked_and_kept_as_text_where_it_stands(ada: BrowserUser) -> None:
    ada.page.goto("/inbox")
    marked, chips = ada.page.locator(".new__marks mark"), ada.page.locator("#new-chips")

    ada.new.fill("Fix the sat nav " + "in order " * 20 + "sat @errand")
    expect(marked).to_have_text(["sat", "@errand"])
    ada.new.press("End")
    scrolled = "field => field.scrollLeft > 0 && field.scrollLeft === field.previousElementSibling.scrollLeft"
    ada.page.wait_for_function(f"() => ({scrolled})(document.getElementById('new-title'))")
    chips.get_by_role("button", name="Keep “sat” as text").click()
    expect(ada.new).to_have_value("Fix the sat nav " + "in order " * 20 + "\\sat @errand")
    expect(marked).to_have_text(["@errand"])

    ada.new.fill("Fix the sat nav sat")
    expect(marked).to_have_text(["sat"])
    ada.new.press("Enter")
    expect(ada.row("Fix the sat nav")).to_be_visible()
    expect(marked).to_have_count(0)


def test_the_cross_of_a_pasted_line_keeps_the_words_it_means(ada: BrowserUser) -> None:
    ada.page.goto("/inbox")
    ada.is_ready()

    ada.new.evaluate(PASTE, "- Dig\n- Fix the sat nav sat")
    ada.page.get_by_role("button", name="Keep “sat” as text").click()

    expect(ada.page.get_by_label("A task on each line")).to_have_value("- Dig\n- Fix the sat nav \\sat")
