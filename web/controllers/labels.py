"""Labels in the browser."""

from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath

from web.http.forms import Form
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.label import LabelDraft
from web.services.labels import Labels
from web.services.records import EditConflict


class LabelsController(Controller):
    path = "/labels"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, labels: Labels) -> Rendered:
        return _index(labels, partial="labels/_list.html", form=Form.blank(LabelDraft))

    @post("/")
    @unit_of_work
    def add(self, labels: Labels, form: Form[LabelDraft]) -> Rendered:
        if form.draft is None:
            return _index(labels, partial="labels/_new.html", into="#new-label", status=422, form=form)
        label = labels.add(form.draft, form.key)
        return partials(
            "labels/_row.html", "labels/_new.html", back="/labels", label=label, form=Form.blank(LabelDraft)
        )

    @get("/{label_id:int}")
    @unit_of_work
    def show(self, labels: Labels, label_id: FromPath[int]) -> Rendered:
        return _show("labels/_row.html", labels.get(label_id))

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
        return partials("labels/_row.html", back="/labels", label=label)

    @post("/{label_id:int}/delete")
    @unit_of_work
    def delete(self, labels: Labels, label_id: FromPath[int]) -> Rendered:
        return partials("labels/_undo.html", back="/labels", label=labels.delete(label_id))

    @post("/{label_id:int}/restore")
    @unit_of_work
    def restore(self, labels: Labels, label_id: FromPath[int]) -> Rendered:
        return partials("labels/_row.html", back="/labels", label=labels.restore(label_id))


def _index(labels: Labels, **answer: Any) -> Rendered:
    return page("labels/index.html", labels=labels.all(), **answer)


def _show(partial: str, label: Any, **answer: Any) -> Rendered:
    return page("labels/show.html", partial=partial, label=label, **answer)
