"""Labels in the browser."""

from functools import cached_property
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.controllers.notices import offered_back
from web.controllers.view_pages import MOST_OFFSET, fields_of
from web.http.forms import Form, whole_number
from web.http.request import CurrentUrl, QueryString
from web.http.responses import NewPage, Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.label import Label, LabelDraft
from web.services.labels import Labels
from web.services.overview import Overviews
from web.services.records import EditConflict
from web.services.row_facts import RowFacts, row_facts
from web.services.tasks import Tasks
from web.services.views import Rows, Views


class LabelsController(Controller):
    path = "/labels"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, labels: Labels, deleted: FromQuery[str] = "") -> Rendered:
        undo = labels.deleted(whole_number(deleted)) if deleted else None
        return _index(labels, partial="labels/_list.html", deleted=undo)

    @post("/")
    @unit_of_work
    def add(self, labels: Labels, form: Form[LabelDraft]) -> Rendered:
        if form.draft is None:
            return _index(labels, partial="labels/_new.html", into="#new-label", status=422, form=form)
        label = labels.add(form.draft, form.key)
        return _changed(label, "Added", "shared/_op.html", form=Form.blank(LabelDraft))

    @get("/{label_id:int}")
    @unit_of_work
    def show(
        self,
        labels: Labels,
        tasks: Tasks,
        views: Views,
        overviews: Overviews,
        label_id: FromPath[int],
        query: QueryString,
    ) -> Rendered:
        fields = fields_of(query)
        shown = LabelPage(label_id, views, overviews, whole_number(fields.get("offset", "")))
        undo = offered_back(tasks, fields.get("deleted", ""))
        return _show("labels/_row.html", labels.get(label_id), focus=True, shown=shown, deleted=undo)

    @get("/{label_id:int}/edit")
    @unit_of_work
    def edit(self, labels: Labels, label_id: FromPath[int]) -> Rendered:
        label = labels.get(label_id)
        return _show("labels/_edit.html", label, form=Form.of(LabelDraft, label))

    @post("/{label_id:int}")
    @unit_of_work
    def save(self, labels: Labels, label_id: FromPath[int], form: Form[LabelDraft]) -> Rendered:
        if form.draft is None:
            return _show("labels/_edit.html", labels.get(label_id), status=422, form=form)
        try:
            label = labels.edit(label_id, form.draft, form.version)
        except EditConflict as conflict:
            return _show("labels/_conflict.html", conflict.record, status=409, form=form.against(conflict))
        return _changed(label, "Saved", focus=True)

    @post("/{label_id:int}/delete")
    @unit_of_work
    def delete(self, labels: Labels, label_id: FromPath[int], current_url: CurrentUrl) -> Response[Any]:
        label, back = labels.delete(label_id), f"/labels?deleted={label_id}"
        if current_url == f"/labels/{label_id}":
            return NewPage(back)
        said = f"Deleted: {label.name}"
        return partials("labels/_undo.html", "shared/_announcement.html", back=back, label=label, announcement=said)

    @post("/{label_id:int}/restore")
    @unit_of_work
    def restore(self, labels: Labels, label_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        own = f"/labels/{label_id}"
        was_there = current_url.partition("?")[0].removesuffix("/edit") == own
        return _changed(labels.restore(label_id), "Restored", back=own if was_there else "/labels")


class LabelPage:
    """The open tasks with a label: two statements, when the page first shows them. A part of the page needs none."""

    def __init__(self, label_id: int, views: Views, overviews: Overviews, offset: int) -> None:
        self.path = f"/labels/{label_id}"
        self._label_id, self._offset = label_id, min(offset, MOST_OFFSET)
        self._views, self._overviews = views, overviews

    @cached_property
    def tasks(self) -> Rows:
        return self._views.of_label(self._label_id, self._offset)

    @cached_property
    def facts(self) -> RowFacts:
        return row_facts(self._overviews, self.tasks.rows)


def _index(labels: Labels, *, form: Form[LabelDraft] | None = None, **answer: Any) -> Rendered:
    return page("labels/index.html", labels=labels.all(), form=form or Form.blank(LabelDraft), **answer)


def _show(partial: str, label: Any, **answer: Any) -> Rendered:
    return page("labels/show.html", partial=partial, label=label, **answer)


def _changed(label: Label, verb: str, *more: str, back: str = "/labels", **context: Any) -> Rendered:
    """The row as it is now, and a sentence for screen readers."""
    context |= {"label": label, "announcement": f"{verb}: {label.name}"}
    return partials("labels/_row.html", "shared/_announcement.html", *more, back=back, **context)
