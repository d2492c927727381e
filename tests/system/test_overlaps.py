"""Two overlapping requests on a slow network, in all combinations: the page ends in the stored state."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlmodel import col, select

from tests.system.browser_user import BrowserUser, Complaints, held
from tests.system.conftest import OpenPage
from tests.system.site import Site
from web.models.task import Task
from web.models.task_query import TaskQuery

# Longer than the second act takes to be sent on a busy machine.
LATENCY_MS = 500
BETWEEN_SECONDS = 0.1
# What the page shows, or one that was loaded beside it and is not drawn.
SEEN = """(loaded) => {
  const page = loaded ? new DOMParser().parseFromString(loaded, "text/html") : document;
  return {
    url: location.pathname + location.search,
    ids: [...page.querySelectorAll("[id]")].map(({ id }) => id),
    rows: [...page.querySelectorAll("#tasks > .task")].map((row) => ({
      id: row.id,
      title: row.querySelector(".task__title")?.textContent ?? null,
      done: row.classList.contains("task--done"),
    })),
    counts: { ...page.getElementById("counts").dataset },
    current: page.querySelector("#counts [aria-current]").id,
    undo: Boolean(page.querySelector("[data-undo]")),
    alert: page.querySelector("[role=alert]")?.textContent ?? "",
    underWay: page.querySelectorAll(".htmx-request").length,
  };
}"""
# No request is under way, and none was answered for longer than one takes: an answer may lead to another request.
QUIET = """() => {
  const answers = performance.getEntriesByType("resource").map(({ responseEnd }) => responseEnd);
  return !document.querySelector(".htmx-request") && performance.now() - Math.max(...answers) > 800;
}"""

Act = Callable[[BrowserUser, int], None]


def press_filter(user: BrowserUser, which: int) -> None:
    user.filter(("All", "Completed")[which]).click()


def search(user: BrowserUser, which: int) -> None:
    user.search.fill(("me", "me 1")[which])


def sort(user: BrowserUser, which: int) -> None:
    user.page.get_by_label("Sort").select_option(("Title", "Oldest")[which])


def more(user: BrowserUser, which: int) -> None:
    user.page.get_by_role("link", name="Show more").click()


def add(user: BrowserUser, which: int) -> None:
    user.new.fill(f"Added {which}")
    user.new.press("Enter")


def complete(user: BrowserUser, which: int) -> None:
    user.circle(f"Complete me {which}").click()


def edit(user: BrowserUser, which: int) -> None:
    user.edit(f"Edit me {which}").click()


def save(user: BrowserUser, which: int) -> None:
    user.page.get_by_role("form", name=f"Edit: Save me {which}").get_by_role("button", name="Save").click()


def delete(user: BrowserUser, which: int) -> None:
    user.delete(f"Delete me {which}").click()


def undo(user: BrowserUser, which: int) -> None:
    user.notice("Deleted “Restore me 0”").get_by_role("button", name="Undo").click()


ACTS: dict[str, Act] = {
    action.__name__: action for action in (press_filter, search, sort, more, add, complete, edit, save, delete, undo)
}
NAMES = [f"{action} me {which}" for action in ("Complete", "Edit", "Save", "Delete", "Restore") for which in (0, 1)]


@pytest.mark.parametrize("first", ACTS)
def test_two_overlapping_actions_are_both_done_and_shown(
    first: str, site: Site, open_page: OpenPage, contexts: list[BrowserContext]
) -> None:
    users = {second: prepared(site, open_page, first, second) for second in ACTS}

    for second, user in users.items():
        slow_down(user)
        ACTS[first](user, 0)
        time.sleep(BETWEEN_SECONDS)
        ACTS[second](user, 1)

    wrong = {second: problems(user, first, second) for second, user in users.items()}
    assert {second: found for second, found in wrong.items() if found} == {}


def prepared(site: Site, open_page: OpenPage, first: str, second: str) -> BrowserUser:
    """A user with enough tasks, and an open editor or a deleted task if an action needs it."""
    page = open_page()
    user = site.make.user()
    name, _, value = site.make.cookie(site.make.sign_in(user)).partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": site.url}])
    ada = BrowserUser(site, page)
    ada.email = user.email
    # Only “Show more” needs the second and the third page, and to show rows takes most of the time.
    site.make.tasks(user, 110 if "more" in (first, second) else 20)
    for title in NAMES:
        site.make.task(user, title)
    page.goto("/tasks")
    for which, action in enumerate((first, second)):
        if action == "save":
            ada.edit(f"Save me {which}").click()
            page.get_by_role("form", name=f"Edit: Save me {which}").get_by_label("Title").fill(f"Saved me {which}")
    if "undo" in (first, second):
        ada.delete("Restore me 0").click()
        expect(ada.undo).to_be_visible()
    return ada


def slow_down(user: BrowserUser) -> None:
    conditions = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    user.page.context.new_cdp_session(user.page).send("Network.emulateNetworkConditions", conditions)


def problems(user: BrowserUser, first: str, second: str) -> list[str]:
    """The differences between the page, once all is answered, and the expected state."""
    user.page.wait_for_function(QUIET)
    seen = user.page.evaluate(SEEN, None)
    with user.site.database.reading() as session:
        tasks = {
            f"task-{task.id}": task for task in session.scalars(select(Task).where(col(Task.user_id) == user.record.id))
        }
    actions = {first: 0} | {second: 1}
    return [
        *wishes_missing(seen, first, second),
        *acts_missing(tasks, first, second),
        *false_rows(seen, tasks),
        *false_view(user, seen, actions),
        *results_missing(seen, tasks, first, second),
    ]


def wishes_missing(seen: dict[str, Any], first: str, second: str) -> list[str]:
    last = {first: 0} | {second: 1}
    view = TaskQuery.read_url(seen["url"])
    wanted = {
        "press_filter": (("all", "completed"), view.shown_status),
        "search": (("me", "me 1"), view.q),
        "sort": (("title", "oldest"), view.sort),
    }
    return [
        f"{seen['url']} lacks {wanted[action][0][which]}"
        for action, which in last.items()
        if action in wanted and wanted[action][0][which] != wanted[action][1]
    ]


def acts_missing(tasks: dict[str, Task], first: str, second: str) -> list[str]:
    states = {task.title: task for task in tasks.values()}
    found = []
    for action, which in ((first, 0), (second, 1)):
        if action == "add" and [task.title for task in tasks.values()].count(f"Added {which}") != 1:
            found.append(f"Added {which} is not there once")
        if action == "complete" and not states[f"Complete me {which}"].completed:
            found.append("not completed")
        if action == "delete" and not states[f"Delete me {which}"].deleted_at:
            found.append("not deleted")
        if action == "save" and f"Saved me {which}" not in states:
            found.append("not saved")
    if "undo" in (first, second) and states["Restore me 0"].deleted_at:
        found.append("not restored")
    return found


def false_rows(seen: dict[str, Any], tasks: dict[str, Task]) -> list[str]:
    twice = {name for name in seen["ids"] if seen["ids"].count(name) > 1}
    found = [f"ids more than once: {twice}"] if twice else []
    for row in seen["rows"]:
        task = tasks[row["id"]]
        if task.deleted_at:
            found.append(f"{task.title} is shown, but deleted")
        if row["title"] is not None and (row["title"], row["done"]) != (task.title, task.completed):
            found.append(f"{row} is shown, but it is {task.title}, {task.completed}")
    return found


def false_view(user: BrowserUser, seen: dict[str, Any], actions: dict[str, int]) -> list[str]:
    """Compare counts, filter and rows with the same URL loaded again."""
    fresh = user.page.evaluate(SEEN, user.page.request.get(seen["url"]).text())
    found = [
        f"{name}: {seen[name]} instead of {fresh[name]}" for name in ("counts", "current") if seen[name] != fresh[name]
    ]
    shown, right = ([row["id"] for row in rows["rows"]] for rows in (seen, fresh))
    missing = [row for row in right[:40] if row not in shown]
    extra = [row["title"] for row in seen["rows"] if row["id"] not in right and str(row["title"]).startswith("Task ")]
    if missing:
        found.append(f"rows missing: {missing}")
    if extra and ("q=" in seen["url"] or "completed" in seen["url"]):
        found.append(f"rows of another view: {extra[:3]}")
    if seen["alert"] or seen["underWay"]:
        found.append(f"alert: {seen['alert']!r}, still under way: {seen['underWay']}")
    return found


def results_missing(seen: dict[str, Any], tasks: dict[str, Task], first: str, second: str) -> list[str]:
    rows, found = {tasks[row["id"]].title: row for row in seen["rows"]}, []
    if "delete" in (first, second) and not seen["undo"]:
        found.append("no Undo is offered")
    for action, which in ((first, 0), (second, 1)):
        row = rows.get(f"Edit me {which}")
        if action == "edit" and row and row["title"] is not None:
            found.append("the editor did not open")
    return found


def hide(user: BrowserUser) -> None:
    """Switch to a view that contains none of the test's tasks."""
    user.filter("Completed").click()


def test_a_save_refused_after_its_row_was_removed_shows_an_error_and_keeps_the_text(
    ada: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect("status of 422")
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("x" * 201)

    with held(ada.page, ada.page.locator(".edit").get_attribute("action") or ""):
        ada.field("Title").press("Enter")
        hide(ada)
        expect(ada.page.locator("#tasks > .task")).to_have_count(0)

    expect(ada.page.get_by_role("alert")).to_contain_text("That was not saved, and its place on the page is gone.")
    ada.filter("All").click()
    ada.edit("Buy milk").click()
    expect(ada.field("Title")).to_have_value("x" * 201)


def test_a_late_response_does_not_add_a_row_to_another_view(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.page.goto("/tasks?status=all")

    with held(ada.page, "/complete"):
        ada.circle("Buy milk").click()
        ada.filter("To do").click()
        expect(ada.page).to_have_url("/tasks?status=pending")
        expect(ada.titles).to_have_count(2)

    ada.sees_counts(pending=1, completed=1)
    expect(ada.titles).to_have_text(["Call Grace"])
    expect(ada.filter("To do")).to_have_attribute("aria-current", "page")


def test_sort_filter_and_search_on_a_very_slow_network_are_all_applied(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Buy bread", "Call Grace")
    ada.has("Buy a boat", completed=True)
    ada.page.goto("/tasks?status=all")

    with held(ada.page, "/tasks", "GET"):
        with ada.page.expect_request("**/tasks?*"):
            ada.page.get_by_label("Sort").select_option("Title")
        with ada.page.expect_request(re.compile("status=pending")):
            ada.filter("To do").click()
        with ada.page.expect_request(re.compile("q=buy")):
            ada.search.fill("buy")

    expect(ada.page).to_have_url("/tasks?status=pending&q=buy&sort=title")
    expect(ada.titles).to_have_text(["Buy bread", "Buy milk"])
    ada.page.go_back()
    expect(ada.page).to_have_url("/tasks?status=all")
