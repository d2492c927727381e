"""Lists over HTTP: their pages, every action as a form, and the order of the tasks in them."""

import pytest

from tests.client import HtmlClient, Page, Statements
from tests.factories import Factory


def added(ada: HtmlClient, name: str) -> str:
    """The address of a new list."""
    return ada.post("/lists", name=name, colour="teal").to


def test_an_added_list_has_a_page(ada: HtmlClient) -> None:
    page = ada.get(added(ada, "Garden"))

    assert page.status == 200
    assert "Garden" in page.text
    assert "Nothing is open here." in page.text


@pytest.mark.parametrize("size", [1, 40])
def test_a_list_with_sections_needs_four_statements(
    ada: HtmlClient, make: Factory, statements: Statements, size: int
) -> None:
    garden = make.record("lists", ada.user, name="Garden")
    shed = make.record("lists", ada.user, name="Shed", parent_id=garden.id, is_section=True)
    for number in range(size):
        make.task(ada.user, f"Dig {number}", list_id=garden.id)
    make.task(ada.user, "Paint", list_id=shed.id)
    make.task(ada.user, "Elsewhere")

    with statements.counted() as seen:
        page = ada.get(f"/lists/{garden.id}")

    assert len(page.titles) == size + 1
    assert page.titles[-1] == "Paint"
    assert len(seen) == 4


def test_a_name_that_is_taken_comes_back_as_typed(ada: HtmlClient) -> None:
    added(ada, "Garden")

    page = ada.post("/lists", name="GARDEN", colour="red")

    assert (page.status, page.value("name")) == (422, "GARDEN")
    assert page.error("name") == "There is already a list “Garden”."


def test_a_list_is_renamed_and_a_stale_rename_asks(ada: HtmlClient) -> None:
    url = added(ada, "Garden")

    saved = ada.post(url, name="Yard", colour="red", version="1")
    stale = ada.post(url, name="Plot", colour="teal", version="1")
    again = ada.post(url, name="Plot", colour=stale.value("colour"), version="2")

    assert (saved.status, stale.status, again.status) == (303, 409, 303)
    assert "Yard" in stale.alert
    assert stale.link("Use that") == f"{url}/edit"
    assert "Plot" in ada.get(url).text


def test_a_list_is_moved_into_another_and_never_into_itself(ada: HtmlClient) -> None:
    home, garden = added(ada, "Home"), added(ada, "Garden")

    moved = ada.post(f"{garden}/move", parent_id=home.split("/")[-1])
    circle = ada.post(f"{home}/move", parent_id=garden.split("/")[-1])

    assert moved.status == 303
    assert (circle.status, circle.tree.css_first("#list-parent-error").text()) == (
        422,
        "A list cannot be moved into itself.",
    )


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("", {"name": "Yard", "colour": "teal", "version": "1"}, "Changed name of “Yard”."),
        ("/archive", {}, "Archived “Garden”."),
        ("/move", {"parent_id": "{home}"}, "Moved “Garden”."),
        ("/sections", {"name": "Roses"}, "Added “Roses”."),
    ],
)
def test_what_was_done_to_a_list_can_be_taken_back(
    ada: HtmlClient, action: str, fields: dict[str, str], words: str
) -> None:
    home, url = added(ada, "Home"), added(ada, "Garden")
    fields = {name: value.format(home=home.split("/")[-1]) for name, value in fields.items()}
    before = ada.get(url).text

    address = ada.post(f"{url}{action}", **fields).to
    told = ada.get(address)
    back = ada.post(told.undo, on=address).to

    assert told.tree.css_first("#notices .notice__text").text() == words
    assert (back, ada.get(back).text) == (url, before)


def test_archived_lists_say_so(ada: HtmlClient) -> None:
    url = added(ada, "Garden")

    ada.post(f"{url}/archive")
    archived = ada.get("/lists").text
    ada.post(f"{url}/unarchive")

    assert "Archived" in archived
    assert "Archived" not in ada.get("/lists").text


def test_a_deleted_list_is_offered_back_with_its_tasks(ada: HtmlClient, make: Factory) -> None:
    url = added(ada, "Garden")
    make.task(ada.user, "Dig", list_id=int(url.split("/")[-1]))

    offered = ada.get(ada.post(f"{url}/delete").to)
    gone = ada.get(url)
    ada.post(offered.undo)

    assert "Deleted “Garden” and its tasks." in offered.text
    assert offered.undo.startswith("/undo/")
    assert offered.tree.css_first("#notices > [data-passing] [data-dismiss]")
    assert gone.status == 404
    assert ada.get(url).titles == ["Dig"]


def test_tasks_are_moved_up_and_down_and_the_place_is_told(ada: HtmlClient, make: Factory) -> None:
    url = added(ada, "Garden")
    tasks = [
        make.task(ada.user, title, list_id=int(url.split("/")[-1]), position=position)
        for title, position in (("Dig", "a1"), ("Sow", "a2"), ("Water", "a3"))
    ]

    moving = f"/tasks/{tasks[2].id}/move"
    assert ada.get(url).tree.css_first("#row-menu")
    assert ada.get(f"{moving}?from={url}").tree.css_first(f"form[action='{moving}'] button[value=up]")
    answer = ada.post(moving, on=f"{moving}?from={url}", to="up")
    page: Page = ada.get(answer.to)

    assert page.titles == ["Dig", "Water", "Sow"]
    assert "Water, 2 of 3" in page.text


def test_a_task_that_is_added_on_a_list_belongs_to_it(ada: HtmlClient) -> None:
    url = added(ada, "Garden")
    form = ada.get(url)

    page = ada.get(ada.post("/tasks", on=url, title="Dig tomorrow", list_id=form.value("list_id")).to)

    assert page.titles == ["Dig"]
    assert page.tree.css_first(".facts__due").text() == "Tomorrow"
    assert not page.tree.css_first(".facts__list")


class TestSections:
    """Of a list, all on its page."""

    def test_one_is_added_and_shown_empty_with_its_links(self, ada: HtmlClient) -> None:
        url = added(ada, "Garden")

        assert ada.get(url).link("Add section") == f"{url}/sections#section-name"
        answer = ada.post(f"{url}/sections", name="Shed")
        page = ada.get(answer.to)

        assert answer.to.startswith(f"{url}?changed_list=")
        section = page.tree.css_first(".view__section--of-list")
        assert section.css_first("h2").text().strip() == "Shed"
        assert section.css_first("[aria-label='Edit section: Shed']")
        assert ada.get(section.css_first("[aria-label='Add to Shed']").attributes["href"] or "").value("list_id")

    @pytest.mark.parametrize(
        ("name", "sentence"), [(" ", "A section needs a name."), ("SHED", "There is already a section “Shed”.")]
    )
    def test_a_wrong_name_comes_back_as_typed(self, ada: HtmlClient, name: str, sentence: str) -> None:
        url = added(ada, "Garden")
        ada.post(f"{url}/sections", name="Shed")

        page = ada.post(f"{url}/sections", name=name)

        assert (page.status, page.error("name"), page.value("name")) == (422, sentence, name)

    def test_one_is_renamed_and_deleted_and_comes_back_with_its_tasks(self, ada: HtmlClient, make: Factory) -> None:
        url = added(ada, "Garden")
        ada.post(f"{url}/sections", name="Shed")
        section = ada.get(url).tree.css_first(".view__section--of-list h2 a").attributes["href"] or ""
        make.task(ada.user, "Paint", list_id=int(section.split("/")[-1]))
        form = ada.get(f"{section}/edit")

        renamed = ada.post(section, name="Barn", colour=form.value("colour"), version=form.value("version"))
        deleted = ada.post(f"{section}/delete")
        offer = ada.get(deleted.to)
        restored = ada.post(f"{section}/restore")

        assert (renamed.to.partition("?")[0], restored.to) == (url, url)
        assert "Edit section" in form.text
        assert "Archive" not in form.text
        assert "Deleted “Barn” and its tasks." in offer.text
        assert offer.titles == []
        assert ada.get(url).titles == ["Paint"]

    def test_a_task_is_moved_into_one_by_its_path(self, ada: HtmlClient, make: Factory) -> None:
        url = added(ada, "Garden")
        ada.post(f"{url}/sections", name="Shed")
        task = make.task(ada.user, "Paint")

        choices = {
            option.text(): option.attributes["value"] for option in ada.get(f"/tasks/{task.id}/move").tree.css("option")
        }
        ada.post(f"/tasks/{task.id}/move", list_id=choices["Garden › Shed"] or "", version="1")

        assert list(choices) == ["Inbox", "Garden", "Garden › Shed"]
        assert ada.get(url).titles == ["Paint"]
        assert "Garden › Shed" in ada.get(f"/tasks/{task.id}").text

    def test_a_section_has_no_sections(self, ada: HtmlClient) -> None:
        url = added(ada, "Garden")
        ada.post(f"{url}/sections", name="Shed")
        section = ada.get(url).tree.css_first(".view__section--of-list h2 a").attributes["href"] or ""

        page = ada.post(f"{section}/sections", name="Shelf")

        assert page.error("name") == "A section holds tasks only."
        assert "Add section" not in ada.get(section).text


def test_lists_stand_below_the_list_that_they_are_in(ada: HtmlClient) -> None:
    home, garden = added(ada, "Home"), added(ada, "Garden")
    ada.post(f"{garden}/move", parent_id=home.split("/")[-1])
    ada.post(f"{added(ada, 'Old')}/archive")

    lines = ada.get("/lists").tree.css(".label")

    assert [line.css_first("a").text() for line in lines] == ["Home", "Garden", "Old"]
    assert "label--level-1" in (lines[1].attributes["class"] or "")


class TestOrder:
    def test_a_list_goes_up_in_the_index_and_undo_brings_it_back(self, ada: HtmlClient, make: Factory) -> None:
        _, garden = (
            make.record("lists", ada.user, name=name, position=key) for name, key in (("Home", "a0"), ("Garden", "a1"))
        )

        moved = ada.post(f"/lists/{garden.id}/order", on="/lists", to="up")
        page = ada.get(moved.to)
        undo = page.tree.css_first(".notice form").attributes["action"] or ""
        again = ada.post(undo, on=moved.to)
        undone = ada.get(again.to)

        assert again.to == "/lists"
        assert "Moved" not in ada.get(moved.to).text
        assert list_names(page) == ["Garden", "Home"]
        assert "Moved: Garden, 1 of 2." in page.text
        assert list_names(undone) == ["Home", "Garden"]

    def test_htmx_gets_the_lists_the_index_and_where_it_stands(self, ada: HtmlClient, make: Factory) -> None:
        home = make.record("lists", ada.user, name="Home")
        make.record("lists", ada.user, name="Garden")

        moved, again = (ada.post(f"/lists/{home.id}/order", htmx=True, on="/lists", to="down") for _ in range(2))

        assert list_names(moved) == list_names(again) == ["Garden", "Home"]
        assert [entry.text() for entry in moved.tree.css("#views .entry__label")][-4:-2] == ["Garden", "Home"]
        assert moved.tree.css_first("#announcer, [hx-swap-oob]") and "Home, 2 of 2" in moved.text
        assert moved.tree.css_first("form[action^='/undo/']") and not again.tree.css_first("form[action^='/undo/']")

    def test_a_section_leads_back_to_its_list(self, ada: HtmlClient, make: Factory) -> None:
        home = make.record("lists", ada.user, name="Home")
        for name in ("Shed", "Roof"):
            ada.post(f"/lists/{home.id}/sections", name=name)
        roof = ada.get(f"/lists/{home.id}").tree.css(".view__tools a")[-2].attributes["href"] or ""

        answer = ada.post(roof.replace("/edit", "/order"), on=roof, to="up")

        page = ada.get(answer.to)
        undone = ada.post(page.undo, on=answer.to)

        headings = [heading.text().strip() for heading in page.tree.css("h2.view__heading")]
        assert headings == ["Roof", "Shed"]
        assert page.tree.css_first(".notice__text").text() == "Moved: Roof, 1 of 2."
        assert undone.to == f"/lists/{home.id}"
        assert "Moved" not in ada.get(answer.to).text

    def test_htmx_gets_the_sections_on_the_page_of_their_list(self, ada: HtmlClient, make: Factory) -> None:
        home = make.record("lists", ada.user, name="Home")
        shed, roof = (
            make.record("lists", ada.user, name=name, parent_id=home.id, is_section=True, position=key)
            for name, key in (("Shed", "a1"), ("Roof", "a2"))
        )
        make.task(ada.user, "Sweep", list_id=shed.id)

        moved, again = (
            ada.post(f"/lists/{roof.id}/order", htmx=True, on=f"/lists/{home.id}", before=str(shed.id))
            for _ in range(2)
        )

        headings = [[one.text().strip() for one in page.tree.css("#tasks h2 a")] for page in (moved, again)]
        assert headings == [["Roof", "Shed"]] * 2
        assert moved.titles == ["Sweep"]
        assert "Roof, 1 of 2" in moved.text
        assert moved.tree.css_first("[data-undo-of]").text() == "Moved: Roof, 1 of 2."
        assert not again.tree.css_first("[data-undo-of]")

    def test_another_place_is_refused(self, ada: HtmlClient, make: Factory) -> None:
        home = make.record("lists", ada.user, name="Home")

        assert ada.post(f"/lists/{home.id}/order", to="sideways").status == 422


def list_names(page: Page) -> list[str]:
    return [link.text() for link in page.tree.css("#lists .label__name")]
