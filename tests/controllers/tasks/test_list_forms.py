"""The small form that moves a task to another list, or to a new one."""

from uuid import uuid4

import pytest

from tests.client import HtmlClient
from tests.controllers.tasks.facts import fact, stored
from tests.factories import Factory
from web.domain.timestamps import utc_now


class TestMove:
    def test_goes_into_a_list_and_back(self, ada: HtmlClient, make: Factory) -> None:
        task, garden = make.task(ada.user), make.record("lists", ada.user, name="Garden")

        ada.post(f"/tasks/{task.id}/move", list_id=str(garden.id), version="1")
        page = ada.get(f"/tasks/{task.id}")
        ada.post(f"/tasks/{task.id}/move", list_id="0", version="2")

        assert fact(page, "move", task) == "Garden"
        assert stored(make, task).list_id is None

    def test_another_users_list_is_not_found(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        task, garden = make.task(ada.user), make.record("lists", bob.user, name="Garden")

        answer = ada.post(f"/tasks/{task.id}/move", list_id=str(garden.id), version="1")

        assert answer.status == 404

    def test_the_same_fact_asks(self, ada: HtmlClient, make: Factory) -> None:
        task, garden = make.task(ada.user), make.record("lists", ada.user, name="Garden")
        work = make.record("lists", ada.user, name="Work")
        ada.post(f"/tasks/{task.id}/move", list_id=str(garden.id), version="1")

        stale = ada.post(f"/tasks/{task.id}/move", list_id=str(work.id), version="1")

        assert stale.status == 409
        assert "Garden" in stale.alert
        assert stored(make, task).list_id == garden.id


class TestMovingToANewList:
    def test_makes_it_with_the_move_and_one_undo_takes_both_back(self, ada: HtmlClient, make: Factory) -> None:
        task, key = make.task(ada.user), str(uuid4())

        for _ in range(2):
            ada.post(f"/tasks/{task.id}/move", name="Garden", list_id="0", version="1", op=key)

        assert fact(ada.get(f"/tasks/{task.id}"), "move", task) == "Garden"
        ada.post(f"/undo/{key}")
        assert fact(ada.get(f"/tasks/{task.id}"), "move", task) == "Inbox"
        assert "No lists yet." in ada.get("/lists").text

    def test_takes_the_list_of_that_name_whatever_its_case(self, ada: HtmlClient, make: Factory) -> None:
        task, garden = make.task(ada.user), make.record("lists", ada.user, name="Garden")

        ada.post(f"/tasks/{task.id}/move", name=" GARDEN ", list_id="0", version="1")

        assert stored(make, task).list_id == garden.id

    def test_takes_the_inbox_by_its_name(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, list_id=make.record("lists", ada.user, name="Garden").id)

        ada.post(f"/tasks/{task.id}/move", name="inbox", version="1")

        assert stored(make, task).list_id is None

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("Attic", "There is already a list “Attic”."),
            ("x" * 101, "Names can be up to 100 characters (this one is 101)."),
        ],
    )
    def test_a_name_that_cannot_be_comes_back_as_typed(
        self, ada: HtmlClient, make: Factory, name: str, sentence: str
    ) -> None:
        make.record("lists", ada.user, name="Attic", archived_at=utc_now())
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/move", name=name, list_id="0", version="1")

        assert (answer.status, answer.alert, answer.value("name")) == (422, sentence, name)
        assert stored(make, task).list_id is None

    def test_another_users_task_makes_no_list(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        assert bob.post(f"/tasks/{task.id}/move", name="Garden").status == 404
        assert "No lists yet." in bob.get("/lists").text
