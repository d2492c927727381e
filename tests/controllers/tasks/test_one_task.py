"""One task over HTTP: viewing, editing and completing, with and without htmx."""

from datetime import date

import pytest

from tests.client import HtmlClient, Statements
from tests.factories import Factory


class TestOneTask:
    def test_is_shown_on_a_page_of_its_own(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk", description="two\nbottles")

        page = ada.get(f"/tasks/{task.id}")

        assert page.status == 200
        assert page.titles == ["Buy milk"]
        assert "two<br>\nbottles" in page.html
        assert "UTC" in page.text

    def test_is_a_row_for_htmx(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        partial = ada.get(f"/tasks/{task.id}", htmx=True)

        assert not partial.is_page
        assert partial.tree.css_first(f"li#task-{task.id}")

    def test_is_edited_in_its_row(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")

        form = ada.get(f"/tasks/{task.id}/edit", htmx=True)
        row = ada.post(f"/tasks/{task.id}", htmx=True, title="Buy oat milk", version=form.value("version"))

        assert form.value("title") == "Buy milk"
        assert row.titles == ["Buy oat milk"]
        assert "Saved: Buy oat milk" in row.html

    def test_a_change_of_the_description_alone_is_saved(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk", description="one")

        ada.post(f"/tasks/{task.id}", title="Buy milk", description="two", version="1")
        stale = ada.post(f"/tasks/{task.id}", title="Buy milk", description="three", version="1")

        stored = make.stored(task)
        assert stored
        assert (stored.description, stored.version, stale.status) == ("two", 2, 409)

    def test_is_edited_without_javascript(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk", description="old")

        page = ada.get(f"/tasks/{task.id}/edit")
        answer = ada.post(
            f"/tasks/{task.id}", on=f"/tasks/{task.id}/edit", title="Buy tea", version=page.value("version")
        )

        assert page.is_page
        assert (answer.status, answer.to) == (303, f"/tasks/{task.id}")
        stored = make.stored(task)
        assert stored
        assert (stored.title, stored.description, stored.version) == ("Buy tea", None, 2)
        assert stored.created_at == task.created_at
        assert stored.updated_at > task.updated_at

    def test_returns_the_input_when_it_is_invalid(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")

        page = ada.post(f"/tasks/{task.id}", title=" ", description="as typed", version="1")

        assert page.status == 422
        assert page.error("title") == "A task needs a title."
        assert page.value("description") == "as typed"
        assert page.value("version") == "1"

    @pytest.mark.parametrize("htmx", [True, False])
    def test_shows_both_versions_of_a_stale_edit(self, ada: HtmlClient, make: Factory, htmx: bool) -> None:
        task = make.task(ada.user, "Buy milk")
        ada.post(f"/tasks/{task.id}", title="Buy oat milk", version="1")

        stale = ada.post(f"/tasks/{task.id}", htmx=htmx, title="Buy soy milk", description="mine", version="1")

        assert stale.status == 409
        assert "Buy oat milk" in stale.text
        assert stale.value("title") == "Buy soy milk"
        assert stale.value("description") == "mine"
        assert "changed while you were editing" in stale.alert
        assert ada.get("/tasks").titles == ["Buy oat milk"]

    def test_a_stale_edit_can_be_saved_after_the_conflict_page(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")
        ada.post(f"/tasks/{task.id}", title="Buy oat milk", version="1")
        stale = ada.post(f"/tasks/{task.id}", title="Buy soy milk", version="1")

        ada.post(f"/tasks/{task.id}", title=stale.value("title"), version=stale.value("version"))

        assert ada.get("/tasks").titles == ["Buy soy milk"]

    def test_the_same_save_twice_is_one_change(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")

        answers = [ada.post(f"/tasks/{task.id}", htmx=True, title="Buy tea", version="1") for _ in range(2)]

        assert [answer.status for answer in answers] == [200, 200]
        stored = make.stored(task)
        assert stored
        assert stored.version == 2

    def test_is_completed_and_reopened(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")

        done = ada.post(f"/tasks/{task.id}/complete", htmx=True)
        again = ada.post(f"/tasks/{task.id}/reopen", htmx=True)

        assert done.counts == (1, 0, 1)
        assert "Completed: Buy milk" in done.html
        assert again.counts == (1, 1, 0)
        assert "Reopened: Buy milk" in again.html

    def test_completing_twice_keeps_the_first_time(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)
        ada.post(f"/tasks/{task.id}/complete")
        first = make.stored(task)

        ada.post(f"/tasks/{task.id}/complete")

        assert first
        assert first.completed
        assert make.stored(task) == first

    def test_counts_after_a_change_are_those_of_the_current_view(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")
        make.task(ada.user, "Call Bob")

        done = ada.post(f"/tasks/{task.id}/complete", htmx=True, on="/tasks?q=milk&status=pending")

        assert done.counts == (1, 0, 1)
        assert done.link("All 1") == "/tasks?status=all&q=milk"

    def test_an_action_redirects_to_the_page_it_came_from(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, completed=True)
        action = f"/tasks/{task.id}/reopen"

        assert ada.post(action, on="/tasks?sort=title").to == f"/tasks?sort=title#task-{task.id}"
        assert ada.post(action, on=f"/tasks/{task.id}").to == f"/tasks/{task.id}"
        assert ada.post(action, on="/somewhere/else").to == f"/tasks#task-{task.id}"

    @pytest.mark.parametrize("view", ["", "?status=all", "?status=pending&q=milk"])
    def test_leads_back_to_the_view_that_it_was_opened_from(self, ada: HtmlClient, make: Factory, view: str) -> None:
        task = make.task(ada.user, "Buy milk")
        row = ada.get(f"/tasks{view}").tree
        opened, editor = (row.css_first(link).attributes["href"] or "" for link in (".task__title", f"#edit-{task.id}"))

        saved = ada.post(f"/tasks/{task.id}", on=editor, title="Buy milk now", version="1")
        pages = [ada.get(address) for address in (opened, editor, saved.to)]
        cancel = pages[1].link("Cancel")
        completed = ada.post(f"/tasks/{task.id}/complete", on=opened).to
        deleted = ada.post(f"/tasks/{task.id}/delete", on=opened).to

        name = "All tasks" if view == "?status=all" else "Open tasks"
        assert [page.tree.css_first(".crumb a").text() for page in pages] == [name] * 3
        assert [page.tree.css_first(".crumb a").attributes["href"] for page in pages] == [f"/tasks{view}"] * 3
        assert completed == cancel == opened == f"/tasks/{task.id}{view}"
        assert deleted.startswith(f"/tasks{view}{'&' if view else '?'}deleted={task.id}&operation=")

    def test_a_conflict_leads_back_to_the_view_too(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")
        ada.post(f"/tasks/{task.id}", title="Buy oat milk", version="1")

        stale = ada.post(f"/tasks/{task.id}", on=f"/tasks/{task.id}/edit?status=all", title="Buy soy milk", version="1")

        assert stale.link("Keep the saved one") == f"/tasks/{task.id}?status=all"
        assert stale.tree.css_first("form.edit").attributes["action"] == f"/tasks/{task.id}?status=all"

    @pytest.mark.parametrize("on", ["/tasks/{}", "/tasks/{}/edit"])
    def test_a_change_on_its_own_page_shows_all_of_it(self, ada: HtmlClient, make: Factory, on: str) -> None:
        task = make.task(ada.user, "Buy milk")

        own = ada.post(f"/tasks/{task.id}/complete", htmx=True, on=on.format(task.id))
        row = ada.post(f"/tasks/{task.id}/reopen", htmx=True, on="/tasks")

        assert "Added" in own.tree.css_first(".task__meta").text()
        assert row.tree.css(".task__meta") == []

    @pytest.mark.parametrize("on", ["/tasks?sort=title", "/upcoming"])
    def test_says_without_javascript_what_was_completed(self, ada: HtmlClient, make: Factory, on: str) -> None:
        task = make.task(ada.user, "Buy milk", due_on=date(2060, 1, 2))

        page = ada.get(ada.post(f"/tasks/{task.id}/complete", on=on).to)
        undo = page.tree.css_first(".notice form").attributes["action"] or ""
        undone = ada.get(ada.post(undo, on=on).to)
        again = ada.get(page.response.url.raw_path.decode())

        assert (page.titles, undone.titles) == ([], ["Buy milk"])
        assert "Completed “Buy milk”." in page.text
        assert "Completed “" not in undone.text + again.text

    def test_says_without_javascript_when_a_repeat_comes_next(self, ada: HtmlClient, make: Factory) -> None:
        daily = {"repeat_rule": "FREQ=DAILY", "repeat_mode": "schedule", "repeat_anchor": date(2060, 1, 2)}
        task = make.task(ada.user, "Water", due_on=date(2060, 1, 2), **daily)

        page = ada.get(ada.post(f"/tasks/{task.id}/complete").to)

        assert "Completed “Water”. Next: 3 Jan 2060." in page.text

    def test_a_missing_task_is_a_message_for_htmx(self, ada: HtmlClient) -> None:
        partial = ada.post("/tasks/12345/complete", htmx=True)

        assert partial.status == 404
        assert partial.headers["hx-retarget"] == "#notices"
        assert "This no longer exists" in partial.alert

    def test_every_page_has_a_statement_budget(self, ada: HtmlClient, make: Factory, statements: Statements) -> None:
        make.tasks(ada.user, 60)
        later = ada.get("/tasks").link("Show more")
        gone = make.task(ada.user)
        ada.post(f"/tasks/{gone.id}/delete")
        pages = {
            "/": 1,
            "/tasks/0": 1,
            "/tasks/2147483647": 2,
            "/nowhere": 0,
            later: 4,
            "/tasks?q=task&status=pending": 4,
        }

        for path, most in (pages | {f"/tasks?deleted={gone.id}": 5}).items():
            with statements.counted() as seen:
                ada.get(path)

            assert len(seen) == most, (path, seen)

    @pytest.mark.parametrize("steps", [0, 30])
    def test_is_shown_with_a_few_statements(
        self, ada: HtmlClient, make: Factory, statements: Statements, steps: int
    ) -> None:
        """Its page needs three more than its row: labels, steps and history."""
        task = make.task(ada.user)
        for number in range(steps):
            make.task(ada.user, f"Step {number}", parent_id=task.id)

        for path, htmx, most in (
            (f"/tasks/{task.id}", False, 8),
            (f"/tasks/{task.id}", True, 4),
            (f"/tasks/{task.id}/edit", False, 3),
        ):
            with statements.counted() as seen:
                ada.get(path, htmx=htmx)

            assert len(seen) == most
