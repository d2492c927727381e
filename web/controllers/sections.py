"""Sections of a list: lists inside it, which hold tasks only. They are renamed and deleted as lists are."""

from litestar import Controller, get, post
from litestar.params import FromPath

from web.domain.errors import NotPossible
from web.http.forms import Form
from web.http.responses import Page, Rendered, partials
from web.http.unit_of_work import unit_of_work
from web.models.list import List, SectionDraft
from web.services.lists import Lists


class SectionsController(Controller):
    path = "/lists/{list_id:int}/sections"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def new(self, lists: Lists, list_id: FromPath[int]) -> Rendered:
        return _form(lists.get(list_id), Form.blank(SectionDraft))

    @post("/")
    @unit_of_work
    def add(self, lists: Lists, list_id: FromPath[int], form: Form[SectionDraft]) -> Rendered:
        around = lists.get(list_id)
        try:
            if form.draft is not None:
                added = lists.add_section(around, form.draft, form.key)
                back = f"{around.page}?changed_list={added.id}&operation={lists.actor.operation}"
                return partials("lists/_row.html", back=back, list=added)
        except NotPossible as problem:
            form.refused(problem)
        return _form(around, form, status=422)


def _form(around: List, form: Form[SectionDraft], *, status: int = 200) -> Page:
    return Page({"list": around, "form": form}, "lists/sections.html", "lists/_new_section.html", status=status)
