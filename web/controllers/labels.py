"""Labels in the browser."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.controllers.notices import offer_of
from web.controllers.view_pages import label_page
from web.controllers.views import show_view
from web.domain.errors import NotPossible
from web.http.forms import Form, fields_of, whole_number
from web.http.request import CurrentUrl, QueryString, Target
from web.http.responses import NewPage, Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.label import Label, LabelDraft
from web.services.labels import Labels
from web.services.overview import Overviews
from web.services.records import EditConflict
from web.services.tasks import Tasks
from web.services.views import Views


class LabelsController(Controller):
    path = "/labels"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(
        self, labels: Labels, views: Views, deleted: FromQuery[str] = "", operation: FromQuery[UUID | None] = None
    ) -> Rendered:
        undo = labels.deleted(whole_number(deleted)) if deleted else None
        return _index(labels, views, partial="labels/_list.html", deleted=undo, operation=operation)

    @post("/")
    @unit_of_work
    def add(self, labels: Labels, views: Views, form: Form[LabelDraft]) -> Rendered:
        try:
            label = labels.add(form.draft, form.key) if form.draft else None
        except NotPossible as problem:
            label = None
            form.refused(problem)
        if label is None:
            return _index(labels, views, partial="labels/_new.html", into="#new-label", status=422, form=form)
        return _changed(label, views, "Added", "shared/_op.html", form=Form.blank(LabelDraft))

    @get("/{address:str}")
    @unit_of_work
    def show(
        self,
        labels: Labels,
        tasks: Tasks,
        views: Views,
        overviews: Overviews,
        address: FromPath[str],
        query: QueryString,
        target: Target,
    ) -> Rendered:
        """By name, whatever its case, or by number. For its own row the row, as after Cancel."""
        label, fields = labels.at(address), fields_of(query)
        if target == f"label-{label.id}":
            return _edit("labels/_row.html", label, counts=views.label_counts(), focus=True)
        return show_view(label_page(label, fields, views), overviews, tasks, fields)

    @get("/{label_id:int}/edit")
    @unit_of_work
    def edit(self, labels: Labels, label_id: FromPath[int]) -> Rendered:
        label = labels.get(label_id)
        return _edit("labels/_edit.html", label, form=Form.of(LabelDraft, label))

    @post("/{label_id:int}")
    @unit_of_work
    def save(self, labels: Labels, views: Views, label_id: FromPath[int], form: Form[LabelDraft]) -> Rendered:
        try:
            label = labels.edit(label_id, form.draft, form.version) if form.draft else None
        except NotPossible as problem:
            label = None
            form.refused(problem)
        except EditConflict as conflict:
            return _edit("labels/_conflict.html", conflict.record, status=409, form=form.against(conflict))
        if label is None:
            return _edit("labels/_edit.html", labels.get(label_id), status=422, form=form)
        return _changed(label, views, "Saved", focus=True)

    @post("/{label_id:int}/delete")
    @unit_of_work
    def delete(self, labels: Labels, label_id: FromPath[int], current_url: CurrentUrl) -> Response[Any]:
        label = labels.delete(label_id)
        back = f"/labels?{urlencode(offer_of(label.id, labels.undoable_delete))}"
        if _is_on_its_page(label, current_url):
            return NewPage(back)
        said = f"Deleted: {label.name}"
        context: dict[str, Any] = {"label": label, "announcement": said, "operation": labels.undoable_delete}
        return partials("labels/_undo.html", "shared/_announcement.html", back=back, **context)

    @post("/{label_id:int}/restore")
    @unit_of_work
    def restore(self, labels: Labels, views: Views, label_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        label = labels.restore(label_id)
        back = label.address if _is_on_its_page(label, current_url) else "/labels"
        return _changed(label, views, "Restored", back=back)


def _index(labels: Labels, views: Views, *, form: Form[LabelDraft] | None = None, **answer: Any) -> Rendered:
    answer["counts"] = views.label_counts()
    return page("labels/index.html", labels=labels.all(), form=form or Form.blank(LabelDraft), **answer)


def _edit(partial: str, label: Any, **answer: Any) -> Rendered:
    return page("labels/edit.html", partial=partial, label=label, **answer)


def _is_on_its_page(label: Label, url: str) -> bool:
    """On the page of the label, or on that of its editor."""
    path = url.partition("?")[0].removesuffix("/edit")
    return path in (label.address, f"/labels/{label.id}")


def _changed(label: Label, views: Views, verb: str, *more: str, back: str = "/labels", **context: Any) -> Rendered:
    """The row as it is now, and a sentence for screen readers."""
    context |= {"label": label, "counts": views.label_counts(), "announcement": f"{verb}: {label.name}"}
    return partials("labels/_row.html", "shared/_announcement.html", *more, back=back, **context)
