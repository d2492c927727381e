"""Lists in the browser: each with its sections, and every action a form of its own."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from web.controllers.notices import offer_of, placed_list_words
from web.controllers.view_pages import facts_of, list_page
from web.controllers.views import show_view
from web.domain.errors import NotPossible
from web.http.forms import Form, fields_of, whole_number
from web.http.request import CurrentUrl, QueryString
from web.http.responses import VIEWS, Page, Rendered, partials
from web.http.unit_of_work import unit_of_work
from web.models.list import List, ListDraft, NewList, OrderDraft, ParentDraft
from web.services.list_ordering import ListOrdering
from web.services.lists import Lists
from web.services.overview import Overview, Overviews
from web.services.records import EditConflict
from web.services.tasks import Tasks
from web.services.views import Views


class ListsController(Controller):
    path = "/lists"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(
        self,
        lists: Lists,
        overviews: Overviews,
        deleted: FromQuery[str] = "",
        placed: FromQuery[str] = "",
        operation: FromQuery[UUID | None] = None,
    ) -> Rendered:
        undo = lists.deleted(whole_number(deleted)) if deleted else None
        moved = placed_list_words(lists, placed, str(operation)) if placed and operation else ""
        return _index(overviews, Form.blank(NewList), deleted=undo, moved=moved, operation=operation)

    @post("/")
    @unit_of_work
    def add(self, lists: Lists, overviews: Overviews, form: Form[NewList]) -> Rendered:
        def save() -> Rendered:
            assert form.draft
            return _to(lists.add(form.draft, form.key))

        return _tried(form, save, lambda status: _index(overviews, form, status=status))

    @get("/{list_id:int}")
    @unit_of_work
    def show(
        self, views: Views, overviews: Overviews, tasks: Tasks, lists: Lists, list_id: FromPath[int], query: QueryString
    ) -> Rendered:
        fields = fields_of(query)
        undo = lists.deleted(whole_number(fields["deleted_list"])) if "deleted_list" in fields else None
        shown = list_page(list_id, fields, views, overviews)
        return show_view(shown, overviews, tasks, fields, deleted_list=undo)

    @get("/{list_id:int}/edit")
    @unit_of_work
    def edit(self, lists: Lists, overviews: Overviews, list_id: FromPath[int]) -> Rendered:
        found = lists.get(list_id)
        return _edit(overviews.get(), found, Form.of(ListDraft, found))

    @post("/{list_id:int}")
    @unit_of_work
    def save(self, lists: Lists, overviews: Overviews, list_id: FromPath[int], form: Form[ListDraft]) -> Rendered:
        def save() -> Rendered:
            assert form.draft
            return _told(lists.edit(list_id, form.draft, form.version), lists)

        def again(status: int, form: Form[Any] = form) -> Rendered:
            return _edit(overviews.get(), lists.get(list_id), form, status=status)

        try:
            return _tried(form, save, again)
        except EditConflict as conflict:
            return again(409, form.against(conflict))

    @post("/{list_id:int}/move")
    @unit_of_work
    def move(self, lists: Lists, overviews: Overviews, list_id: FromPath[int], form: Form[ParentDraft]) -> Rendered:
        def save() -> Rendered:
            assert form.draft
            return _told(lists.move(list_id, form.draft.parent_id), lists)

        def again(status: int) -> Rendered:
            found = lists.get(list_id)
            return _edit(overviews.get(), found, Form.of(ListDraft, found), status=status, problem=form)

        return _tried(form, save, again)

    @post("/{list_id:int}/order")
    @unit_of_work
    def order(
        self,
        lists: ListOrdering,
        views: Views,
        overviews: Overviews,
        list_id: FromPath[int],
        form: Form[OrderDraft],
        current_url: CurrentUrl,
    ) -> Rendered:
        """Another place among the lists around it: those of the index, or the sections of a list."""
        if form.draft is None:
            return _index(overviews, Form.blank(NewList), status=422)
        to, after, before = form.draft.to, form.draft.after, form.draft.before
        moved = lists.nudge(list_id, to) if to else lists.put(list_id, after=after, before=before)
        words, operation = lists.placed(list_id), lists.actor.operation if lists.has_moved else ""
        context: dict[str, Any] = {"announcement": words, "operation": operation}
        page, name = (moved.page, "placed_list") if moved.is_section else ("/lists", "placed")
        back = f"{page}?{name}={moved.id}&operation={operation}" if operation else page
        names: tuple[str, ...] = ("lists/_lists.html", "lists/_moved.html")
        if moved.is_section:
            names = ("views/_tasks.html", "views/_moved_notice.html")
            shown = list_page(moved.parent_id or 0, fields_of(urlsplit(current_url).query), views, overviews)
            context |= {"shown": shown, "facts": facts_of(shown, overviews), "moved": operation and f"Moved: {words}"}
        else:
            context |= {"form": Form.blank(NewList), "moved": words}
        return partials(*names, VIEWS, "shared/_announcement.html", back=back, **context)

    @post("/{list_id:int}/archive")
    @unit_of_work
    def archive(self, lists: Lists, list_id: FromPath[int]) -> Rendered:
        return _told(lists.archive(list_id), lists)

    @post("/{list_id:int}/unarchive")
    @unit_of_work
    def unarchive(self, lists: Lists, list_id: FromPath[int]) -> Rendered:
        return _told(lists.unarchive(list_id), lists)

    @post("/{list_id:int}/delete")
    @unit_of_work
    def delete(self, lists: Lists, list_id: FromPath[int]) -> Rendered:
        found = lists.delete(list_id)
        page, name = (found.page, "deleted_list") if found.is_section else ("/lists", "deleted")
        back = f"{page}?{urlencode(offer_of(found.id, lists.undoable_delete, name))}"
        return partials("lists/_row.html", back=back, list=found)

    @post("/{list_id:int}/restore")
    @unit_of_work
    def restore(self, lists: Lists, list_id: FromPath[int]) -> Rendered:
        return _to(lists.restore(list_id))


def _tried(form: Form[Any], save: Callable[[], Rendered], again: Callable[[int], Rendered]) -> Rendered:
    """What `save` answers; the form again, as typed, where it is wrong or refused."""
    try:
        if form.draft is not None:
            return save()
    except NotPossible as problem:
        form.refused(problem)
    return again(422)


def _index(overviews: Overviews, form: Form[NewList], *, status: int = 200, **notices: Any) -> Page:
    context = {"overview": overviews.get(), "form": form, **notices}
    return Page(context, "lists/index.html", "lists/_lists.html", status=status)


def _edit(
    overview: Overview,
    found: List,
    form: Form[ListDraft],
    *,
    status: int = 200,
    problem: Form[ParentDraft] | None = None,
) -> Page:
    parents = [(overview.path(one.id), one) for one in overview.lists if not one.is_section and one.id != found.id]
    context = {"list": found, "form": form, "parents": parents, "move": problem or Form.of(ParentDraft, found)}
    return Page(context, "lists/edit.html", "lists/_edit.html", status=status)


def _to(found: List) -> Rendered:
    return partials("lists/_row.html", back=found.page, list=found)


def _told(found: List, lists: Lists) -> Rendered:
    """Its page says what was done, with Undo."""
    back = f"{found.page}?changed_list={found.id}&operation={lists.actor.operation}"
    return partials("lists/_row.html", back=back, list=found)
