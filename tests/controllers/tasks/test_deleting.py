"""Deleting a task over HTTP and taking that back, with and without htmx."""

from datetime import timedelta

import pytest

from tests.client import HtmlClient
from tests.factories import Factory
from web.domain.timestamps import utc_now


class TestADeletedTask:
    def test_deleted_on_its_own_page_opens_the_list(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")

        answer = ada.post(f"/tasks/{task.id}/delete", htmx=True, on=f"/tasks/{task.id}")

        assert answer.status == 204
        assert answer.headers["hx-redirect"].startswith(f"/tasks?deleted={task.id}&operation=")
        assert "Deleted “Buy milk”" in ada.get(f"/tasks?deleted={task.id}").text

    def test_is_deleted_and_restored(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk", description="two", completed=True, version=3)

        gone = ada.post(f"/tasks/{task.id}/delete", htmx=True)
        missing = ada.get(f"/tasks/{task.id}")
        ada.post(f"/tasks/{task.id}/restore", htmx=True)

        assert gone.counts == (0, 0, 0)
        assert "Deleted “Buy milk”" in gone.html.replace("<bdi>", "").replace("</bdi>", "")
        assert "Undo" in gone.html
        assert missing.status == 404
        assert make.stored(task) == task

    @pytest.mark.parametrize("action", ["", "/complete", "/reopen"])
    def test_is_not_found_while_it_is_deleted(self, ada: HtmlClient, make: Factory, action: str) -> None:
        task = make.task(ada.user, completed=action == "/reopen", deleted_at=utc_now())

        page = ada.post(f"/tasks/{task.id}{action}", title="Buy tea", version="1")

        assert page.status == 404
        assert make.stored(task) == task

    @pytest.mark.parametrize("htmx", [True, False])
    @pytest.mark.parametrize("form", [{"title": "Buy tea", "version": "1"}, {"words": "9 dec", "version": "1"}])
    def test_offers_its_user_alone_to_restore_it_where_a_form_comes_too_late(
        self, ada: HtmlClient, bob: HtmlClient, make: Factory, htmx: bool, form: dict[str, str]
    ) -> None:
        task = make.task(ada.user, "Buy milk", deleted_at=utc_now())
        address = f"/tasks/{task.id}{'/due' if 'words' in form else ''}"
        restore = f"form[action='/tasks/{task.id}/restore']"

        own, others = (user.post(address, htmx=htmx, **form) for user in (ada, bob))

        assert (own.status, others.status) == (404, 404)
        assert own.tree.css_first(restore)
        assert not others.tree.css_first(restore)

    def test_offers_undo_without_javascript(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Buy milk")

        answer = ada.post(f"/tasks/{task.id}/delete", on="/tasks?status=pending")
        page = ada.get(answer.to)

        assert answer.to.startswith(f"/tasks?status=pending&deleted={task.id}&operation=")
        assert "Deleted “Buy milk”" in page.text
        assert page.titles == []
        ada.post(page.undo, on="/tasks")
        assert ada.get("/tasks").titles == ["Buy milk"]

    def test_undo_without_javascript_is_the_one_that_goes_on_to_the_step_before(
        self, ada: HtmlClient, make: Factory
    ) -> None:
        """With JavaScript too, the notice takes the operation back; restoring would be one more step."""
        first, second = (make.task(ada.user, title) for title in ("Buy milk", "Call Grace"))
        ada.post(f"/tasks/{first.id}/delete", on="/tasks")
        page = ada.get(ada.post(f"/tasks/{second.id}/delete", on="/today").to)

        ada.post(page.undo, on="/today")
        ada.post("/undo", on="/today")

        assert page.undo.startswith("/undo/")
        assert sorted(ada.get("/tasks").titles) == ["Buy milk", "Call Grace"]

    def test_offers_undo_on_a_later_page(self, ada: HtmlClient, make: Factory) -> None:
        make.tasks(ada.user, 51)
        later = ada.get("/tasks").link("Show more")
        delete = ada.get(later).tree.css_first("form[action$='/delete']").attributes["action"] or ""

        page = ada.get(ada.post(delete, on=later).to)

        assert "Deleted “Task 1”" in page.text
        assert "The list ends here." in page.text
        assert "A clean page." not in page.text
        ada.post(delete.replace("delete", "restore"), on=later)
        assert ada.get(later).titles == ["Task 1"]

    def test_deleting_twice_redirects_twice(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        assert ada.post(f"/tasks/{task.id}/delete").status == 303
        assert ada.post(f"/tasks/{task.id}/delete").status == 303

    def test_deleting_twice_keeps_the_first_time(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, deleted_at=utc_now() - timedelta(days=29))

        ada.post(f"/tasks/{task.id}/delete")

        assert make.stored(task) == task

    def test_offers_a_deleted_task_to_its_owner_only(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Ada's secret")
        ada.post(f"/tasks/{task.id}/delete")

        assert "secret" not in bob.get(f"/tasks?deleted={task.id}").html
