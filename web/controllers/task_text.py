"""The text of a task: its title and its note, together or each with a form of its own, in the row or in the panel."""

from typing import Any, NamedTuple, TypeAlias

from litestar import Controller, get, post
from litestar.params import FromPath

from web.controllers.panel import PANEL, panel_alone
from web.controllers.places import Place, place_at, place_named
from web.controllers.task_answers import changed, shown
from web.http.forms import Form
from web.http.request import CurrentUrl, QueryString, Target
from web.http.responses import Rendered
from web.http.unit_of_work import unit_of_work
from web.models.task import TaskDraft
from web.models.task_drafts import NoteDraft, TitleDraft
from web.services.overview import Overviews
from web.services.records import EditConflict
from web.services.tasks import Tasks

Text: TypeAlias = TaskDraft | TitleDraft | NoteDraft


class TaskTextController(Controller):
    path = "/tasks/{task_id:int}"
    include_in_schema = False

    @get("/edit")
    @unit_of_work
    def edit(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        query: QueryString,
        current_url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        return TextEditor(tasks, overviews, current_url, target).opened(TaskDraft, task_id, query)

    @get("/title")
    @unit_of_work
    def title(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        query: QueryString,
        current_url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        return TextEditor(tasks, overviews, current_url, target).opened(TitleDraft, task_id, query)

    @get("/note")
    @unit_of_work
    def note(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        query: QueryString,
        current_url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        return TextEditor(tasks, overviews, current_url, target).opened(NoteDraft, task_id, query)

    @post("/title")
    @unit_of_work
    def set_title(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        form: Form[TitleDraft],
        current_url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        return TextEditor(tasks, overviews, current_url, target).saved(form, task_id)

    @post("/note")
    @unit_of_work
    def set_note(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        form: Form[NoteDraft],
        current_url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        return TextEditor(tasks, overviews, current_url, target).saved(form, task_id)


class TextEditor(NamedTuple):
    """Where the text of a task is edited: in its row on a page, or in the panel."""

    tasks: Tasks
    overviews: Overviews
    url: CurrentUrl
    target: Target

    def opened(self, draft: type[Text], task_id: int, query: str) -> Rendered:
        task = self.tasks.get(task_id)
        return self._form(task, Form.of(draft, task), place_named(task_id, query, self.url))

    def saved(self, form: Form[Any], task_id: int) -> Rendered:
        """The row with its new text; the form again where it is refused, with both versions after a conflict."""
        place = place_at(self.url)
        if form.draft is None:
            return self._form(self.tasks.get(task_id), form, place, 422)
        try:
            task = self.tasks.edit(task_id, form.draft, form.version)
        except EditConflict as conflict:
            return self._form(conflict.record, form.against(conflict), place, 409)
        context: dict[str, Any] = {"operation": self.tasks.actor.operation, "returned": f"task-{task.id}"}
        context["moved"] = f"Saved “{task.title}”" if self.tasks.effect.changed else ""
        context["focus"] = self.target != PANEL
        return changed(self.tasks, self.overviews, self.url, self.target, task, f"Saved: {task.title}", **context)

    def _form(self, task: Any, form: Form[Any], place: Place, status: int = 200) -> Rendered:
        if self.target == PANEL:
            return panel_alone(task, self.url, self.tasks, form, status=status)
        return shown("tasks/_edit.html", self.overviews, task, place, status=status, form=form)
