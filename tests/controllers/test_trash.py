"""The trash: what is in it is restored, or deleted for good."""

import pytest

from tests.client import HtmlClient
from tests.factories import Factory
from tests.thursday import NOW

pytestmark = pytest.mark.usefixtures("thursday")


def test_what_is_in_the_trash_can_be_restored_or_deleted_for_good(ada: HtmlClient, make: Factory) -> None:
    kept, gone = (make.task(ada.user, title) for title in ("Kept", "Gone"))
    for task in (kept, gone):
        ada.post(f"/tasks/{task.id}/delete")

    ada.post(f"/tasks/{kept.id}/restore", on="/trash")
    ada.post(f"/trash/{gone.id}/delete", on="/trash")

    assert ada.get("/inbox").titles == ["Kept"]
    assert "Gone" not in ada.get("/trash").text
    assert ada.post(f"/tasks/{gone.id}/restore").status == 404
    assert ada.post(f"/trash/{kept.id}/delete").status == 404, "it is not in the trash"


def test_the_trash_says_the_list_of_a_task_and_nothing_of_one_without_facts(ada: HtmlClient, make: Factory) -> None:
    garden = make.record("lists", ada.user, name="Garden", name_key="garden")
    make.task(ada.user, "Plain", deleted_at=NOW)
    make.task(ada.user, "Plant bulbs", list_id=garden.id, deleted_at=NOW)

    items = {" ".join(one.text().split()) for one in ada.get("/trash").tree.css(".trash__text")}

    assert items == {"Plain", "Plant bulbs Garden"}


def test_a_list_is_deleted_for_good_with_its_tasks(ada: HtmlClient, make: Factory) -> None:
    garden = make.record("lists", ada.user, name="Garden", name_key="garden", deleted_at=NOW)
    task = make.task(ada.user, "Plant bulbs", list_id=garden.id, deleted_at=NOW)

    assert "Garden" in ada.get("/trash").text
    ada.post(f"/trash/lists/{garden.id}/delete")

    assert "Garden" not in ada.get("/trash").text
    assert make.stored(task) is None


@pytest.mark.parametrize("action", ["restore", "delete"])
def test_a_deleted_label_is_restored_with_its_tasks_or_deleted_for_good(
    ada: HtmlClient, bob: HtmlClient, make: Factory, action: str
) -> None:
    ada.post("/tasks", title="Buy bulbs @shed")
    label = ada.get("/labels").tree.css_first("li.label").attributes["id"].removeprefix("label-")
    ada.post(f"/labels/{label}/delete")

    trash = ada.get("/trash")
    refused = bob.post(f"/trash/labels/{label}/{action}")
    done = ada.post(f"/trash/labels/{label}/{action}")

    assert "shed Label" in trash.text and trash.tree.css_first(f"form[action='/trash/labels/{label}/{action}']")
    assert (refused.status, done.to) == (404, "/trash")
    assert "shed" not in ada.get("/trash").text
    assert ("@shed" in ada.get("/tasks").text) is (action == "restore")
    assert ada.post(f"/labels/{label}/restore").status == (303 if action == "restore" else 404)


def test_a_label_that_is_in_use_is_not_deleted_for_good(ada: HtmlClient, make: Factory) -> None:
    label = make.record("labels", ada.user, name="errand")

    assert ada.post(f"/trash/labels/{label.id}/delete").status == 404
