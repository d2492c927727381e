"""Searching, filtering, sorting and paging in the browser: every state of the list has a URL."""

import re

from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser, held


def test_search_updates_the_list_while_typing(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace", "Milk the cow")
    ada.search.focus()

    ada.page.keyboard.type("mil")
    expect(ada.titles).to_have_text(["Milk the cow", "Buy milk"])
    ada.page.keyboard.type("k c")

    expect(ada.titles).to_have_text(["Milk the cow"])
    expect(ada.search).to_have_value("milk c")
    expect(ada.search).to_be_focused()
    expect(ada.page).to_have_url("/tasks?q=milk+c")
    ada.sees_counts(pending=1, completed=0)


def test_the_last_search_wins_on_a_slow_network(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.search.focus()

    with held(ada.page, "/tasks", "GET"):
        with ada.page.expect_request("**/tasks?*"):
            ada.page.keyboard.type("milk")
        with ada.page.expect_request(re.compile("q=grace")):
            ada.search.fill("grace")

    expect(ada.titles).to_have_text(["Call Grace"])
    expect(ada.search).to_have_value("grace")
    expect(ada.page).to_have_url("/tasks?q=grace")


def test_a_search_survives_reload_back_and_forward(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.search.press_sequentially("milk")
    expect(ada.page).to_have_url("/tasks?q=milk")

    ada.page.reload()
    expect(ada.titles).to_have_text(["Buy milk"])
    expect(ada.search).to_have_value("milk")

    ada.page.go_back()
    expect(ada.page).to_have_url("/tasks")
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])
    expect(ada.search).to_have_value("")

    ada.page.go_forward()
    expect(ada.page).to_have_url("/tasks?q=milk")
    expect(ada.titles).to_have_text(["Buy milk"])
    expect(ada.search).to_have_value("milk")


def test_one_step_back_undoes_a_whole_search(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    for word in ("m", "mi", "mil", "milk"):
        ada.search.fill(word)
        expect(ada.page).to_have_url(f"/tasks?q={word}")

    ada.page.go_back()

    expect(ada.page).to_have_url("/tasks")
    expect(ada.titles).to_have_count(2)


def test_a_search_without_matches_shows_a_message_and_a_reset_link(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.search.fill("unicorn")
    expect(ada.page.get_by_text("Nothing matches “unicorn”.")).to_be_visible()

    ada.page.get_by_role("link", name="Clear the search").click()

    expect(ada.titles).to_have_text(["Buy milk"])
    expect(ada.search).to_have_value("")


def test_the_number_of_matches_is_announced(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Milk the cow", "Call Grace")

    ada.search.fill("milk")
    ada.hears("2 tasks")
    ada.search.fill("milk the")
    ada.hears("1 task")
    ada.search.fill("unicorn")
    ada.hears("No tasks")


def test_filters_have_urls_and_counts(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.has("Pay rent", completed=True)
    ada.sees_counts(pending=2, completed=1)

    ada.filter("Completed").click()
    expect(ada.titles).to_have_text(["Pay rent"])
    expect(ada.page).to_have_url("/tasks?status=completed")
    expect(ada.filter("Completed")).to_have_attribute("aria-current", "page")
    expect(ada.filter("Completed")).to_be_focused()

    ada.filter("To do").click()
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])
    expect(ada.page).to_have_url("/tasks?status=pending")

    ada.page.go_back()
    expect(ada.page).to_have_url("/tasks?status=completed")
    expect(ada.titles).to_have_text(["Pay rent"])
    expect(ada.filter("Completed")).to_have_attribute("aria-current", "page")


def test_search_filter_and_sort_combine_and_can_be_bookmarked(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Buy bread", "Call Grace")
    ada.has("Buy a boat", completed=True)

    ada.page.get_by_label("Sort").select_option("Title")
    expect(ada.page).to_have_url("/tasks?sort=title")
    ada.search.fill("buy")
    expect(ada.titles).to_have_text(["Buy a boat", "Buy bread", "Buy milk"])
    ada.filter("To do").click()

    address = "/tasks?status=pending&q=buy&sort=title"
    expect(ada.page).to_have_url(address)
    expect(ada.titles).to_have_text(["Buy bread", "Buy milk"])
    later = BrowserUser(ada.site, ada.page.context.new_page())
    later.page.goto(address)
    expect(later.titles).to_have_text(["Buy bread", "Buy milk"])
    expect(later.search).to_have_value("buy")
    expect(later.page.get_by_label("Sort")).to_have_value("title")
    expect(later.filter("To do")).to_have_attribute("aria-current", "page")
    later.filter("All").click()
    expect(later.titles).to_have_text(["Buy a boat", "Buy bread", "Buy milk"])
    expect(later.page).to_have_url("/tasks?status=all&q=buy&sort=title")


def test_every_sort_option_orders_the_list(ada: BrowserUser) -> None:
    ada.has("Banana", "apple", "cherry")
    ada.page.goto("/tasks?status=all")
    ada.circle("Banana").click()
    ada.sees_counts(pending=2, completed=1)

    for name, order in (
        ("Oldest", ["Banana", "apple", "cherry"]),
        ("Title", ["apple", "Banana", "cherry"]),
        ("Recently edited", ["Banana", "cherry", "apple"]),
        ("Newest", ["cherry", "apple", "Banana"]),
    ):
        ada.page.get_by_label("Sort").select_option(name)
        expect(ada.titles).to_have_text(order)


def test_unsent_text_survives_a_search(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.new.fill("Half a thou")

    ada.search.fill("milk")

    expect(ada.titles).to_have_text(["Buy milk"])
    expect(ada.new).to_have_value("Half a thou")


def test_show_more_appends_rows_and_focuses_the_first_new_one(ada: BrowserUser) -> None:
    ada.has_many(120)
    more = ada.page.get_by_role("link", name="Show more")
    expect(ada.titles).to_have_count(50)

    more.click()
    expect(ada.titles).to_have_count(100)
    expect(ada.edit("Task 70")).to_be_focused()
    expect(ada.page).to_have_url("/tasks?shown=100")
    more.click()

    expect(ada.titles).to_have_text([f"Task {number}" for number in range(120, 0, -1)])
    expect(ada.edit("Task 20")).to_be_focused()
    expect(more).to_have_count(0)
    ada.sees_counts(pending=120, completed=0)


def test_clicking_show_more_repeatedly_appends_one_page(ada: BrowserUser) -> None:
    ada.has_many(120)
    more = ada.page.get_by_role("link", name="Show more")

    with held(ada.page, "/tasks", "GET"):
        with ada.page.expect_request("**/tasks?*"):
            more.click()
        more.click()
        more.dblclick()
    expect(ada.edit("Task 70")).to_be_focused()

    ada.page.wait_for_load_state("networkidle")
    expect(ada.titles).to_have_text([f"Task {number}" for number in range(120, 20, -1)])


def test_show_more_keeps_the_search_and_the_sort(ada: BrowserUser) -> None:
    ada.has_many(120)
    ada.page.goto("/tasks?q=task&sort=oldest")

    ada.page.get_by_role("link", name="Show more").click()

    expect(ada.titles).to_have_text([f"Task {number}" for number in range(1, 101)])
