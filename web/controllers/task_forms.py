"""The small forms of a task, one for each fact of it: GET shows the form, POST sets the fact.

Each is saved by itself with the version that it was opened on, so that only another edit of the same fact is a
conflict.
"""

import re
from collections.abc import Callable
from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from web.controllers.places import place_at, url_after_move
from web.controllers.task_answers import BESIDE, MOVED_NOTICE, changes
from web.domain.errors import NotPossible
from web.http.forms import Fields, Form
from web.http.request import CurrentUrl, PostedFields, QueryString, Target
from web.http.responses import Page, Rendered, partials
from web.http.unit_of_work import unit_of_work
from web.models.task import Task
from web.models.task_drafts import (
    DueDraft,
    DueWords,
    LabelsDraft,
    MoveDraft,
    OccurrenceDraft,
    PriorityDraft,
    RepeatWords,
    StartDraft,
    StartWords,
    StepDraft,
)
from web.services.quick_add import QuickAdd
from web.services.records import EditConflict
from web.services.task_edits import TaskEdits
from web.services.task_facts import TaskFacts
from web.services.tasks import Tasks

_LABEL = re.compile(r"label-([0-9]{1,18})")


class TaskFormsController(Controller):
    path = "/tasks/{task_id:int}"
    include_in_schema = False

    @get("/due")
    @unit_of_work
    def due(self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int], month: FromQuery[str] = "") -> Rendered:
        task = tasks.get(task_id)
        return _form("due", facts, task, _shown(DueWords, DueDraft, task), month=facts.month(month, task.due_on))

    @post("/due")
    @unit_of_work
    def set_due(
        self, edits: TaskEdits, facts: TaskFacts, task_id: FromPath[int], form: Form[DueWords], url: CurrentUrl
    ) -> Rendered:
        return _save("due", facts, task_id, form, url, lambda draft: edits.set_due(task_id, draft, form.version))

    @get("/start")
    @unit_of_work
    def start(self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int], month: FromQuery[str] = "") -> Rendered:
        task = tasks.get(task_id)
        return _form(
            "start", facts, task, _shown(StartWords, StartDraft, task), month=facts.month(month, task.start_on)
        )

    @post("/start")
    @unit_of_work
    def set_start(
        self, edits: TaskEdits, facts: TaskFacts, task_id: FromPath[int], form: Form[StartWords], url: CurrentUrl
    ) -> Rendered:
        return _save("start", facts, task_id, form, url, lambda draft: edits.set_start(task_id, draft, form.version))

    @get("/priority")
    @unit_of_work
    def priority(self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int]) -> Rendered:
        task = tasks.get(task_id)
        return _form("priority", facts, task, Form.of(PriorityDraft, task))

    @post("/priority")
    @unit_of_work
    def set_priority(
        self,
        edits: TaskEdits,
        facts: TaskFacts,
        task_id: FromPath[int],
        form: Form[PriorityDraft],
        url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        def save(draft: PriorityDraft) -> Task:
            return edits.set_priority(task_id, draft, form.version)

        return _save("priority", facts, task_id, form, url, save, target=target)

    @get("/repeat")
    @unit_of_work
    def repeat(self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int]) -> Rendered:
        task = tasks.get(task_id)
        return _form("repeat", facts, task, Form.showing(RepeatWords, facts.repeat_values(task), task.version))

    @post("/repeat")
    @unit_of_work
    def set_repeat(
        self, edits: TaskEdits, facts: TaskFacts, task_id: FromPath[int], form: Form[RepeatWords], url: CurrentUrl
    ) -> Rendered:
        return _save("repeat", facts, task_id, form, url, lambda draft: edits.set_repeat(task_id, draft, form.version))

    @post("/skip")
    @unit_of_work
    def skip(
        self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int], form: Form[OccurrenceDraft], url: CurrentUrl
    ) -> Rendered:
        task = tasks.skip(task_id, form.draft.due_on if form.draft else None)
        return _changed("repeat", facts, task, url, f"Skipped: {task.title}, {facts.due(task)}")

    @get("/move")
    @unit_of_work
    def move(
        self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int], query: QueryString, url: CurrentUrl
    ) -> Rendered:
        task = tasks.get(task_id)
        form = Form.showing(MoveDraft, {"list_id": task.list_id or 0}, task.version)
        place = place_at(f"/tasks/{task_id}?{query}" if query else url)
        return _form("move", facts, task, form, day=place.day_of(task, facts))

    @post("/move")
    @unit_of_work
    def set_place(
        self, edits: TaskEdits, facts: TaskFacts, task_id: FromPath[int], form: Form[MoveDraft], url: CurrentUrl
    ) -> Rendered:
        day = form.draft.due_on if form.draft else None
        return _save(
            "move",
            facts,
            task_id,
            form,
            url,
            lambda draft: edits.move(task_id, draft, form.version, form.key),
            day=day,
        )

    @post("/make-list")
    @unit_of_work
    def make_list(
        self, quick_add: QuickAdd, facts: TaskFacts, task_id: FromPath[int], fields: PostedFields, url: CurrentUrl
    ) -> Rendered:
        """The list that the title names, with the task in it: for a line that was added before anyone was asked."""
        operation = quick_add.actor.operation
        task = quick_add.make_list(task_id, operation)
        said = f"Moved to {facts.list_name(task)}: {task.title}"
        context = changes(Tasks(facts.connection, facts.actor), facts.overviews, url, task, said)
        back = place_at(url).url(added=str(task.id), operation=operation)
        return partials("tasks/_task.html", *BESIDE, back=back, **context)

    @get("/labels")
    @unit_of_work
    def labels(self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int]) -> Rendered:
        task = tasks.get(task_id)
        return _form("labels", facts, task, Form.showing(LabelsDraft, {}, task.version))

    @post("/labels")
    @unit_of_work
    def set_labels(
        self,
        edits: TaskEdits,
        facts: TaskFacts,
        task_id: FromPath[int],
        form: Form[LabelsDraft],
        fields: PostedFields,
        url: CurrentUrl,
    ) -> Rendered:
        ids = _chosen(fields)

        def save(draft: LabelsDraft) -> Task:
            return edits.set_labels(task_id, ids, draft.name, form.version, form.key)

        return _save("labels", facts, task_id, form, url, save, chosen=ids)

    @get("/steps")
    @unit_of_work
    def steps(self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int]) -> Rendered:
        return _steps(facts, tasks.get(task_id), Form.blank(StepDraft))

    @post("/steps", budget="tasks")
    @unit_of_work
    def add_step(self, edits: TaskEdits, facts: TaskFacts, task_id: FromPath[int], form: Form[StepDraft]) -> Rendered:
        task = edits.tasks.get(task_id)
        if form.draft is None:
            return _steps(facts, task, form, status=422)
        try:
            step = edits.add_step(task, form.draft.title, form.key)
        except NotPossible as problem:
            return _steps(facts, task, form.refused(problem), status=422)
        context: dict[str, Any] = {"task": task, "about": facts.about(task), "form": Form.blank(StepDraft)}
        announcement = f"Added: {step.title}"
        context |= {"moved": f"Added “{step.title}” to “{task.title}”", "operation": form.key}
        parts = ("tasks/_steps.html", "tasks/_added_step.html", "shared/_announcement.html")
        return partials(*parts, back=f"/tasks/{task_id}#steps-{task_id}", announcement=announcement, **context)


def _shown(form: type[Any], stored: type[Any], task: Task) -> Form[Any]:
    """The form with the fields that the task stores of it."""
    return Form.showing(form, task.model_dump(include=set(stored.model_fields)), task.version)


def _save(
    name: str,
    facts: TaskFacts,
    task_id: int,
    form: Form[Any],
    url: CurrentUrl,
    save: Callable[[Any], Task],
    *,
    target: str = "",
    **context: Any,
) -> Rendered:
    """What `save` makes of the draft; the form again, as typed, where it is refused."""
    status = 422
    try:
        if form.draft is not None:
            task = save(form.draft)
            return _changed(name, facts, task, url, facts.announcement(name, task), target)
    except NotPossible as problem:
        form.refused(problem)
    except EditConflict as conflict:
        form, status = form.against(conflict), 409
    return _form(name, facts, Tasks(facts.connection, facts.actor).get(task_id), form, status=status, **context)


def _form(name: str, facts: TaskFacts, task: Task, form: Form[Any], *, status: int = 200, **context: Any) -> Rendered:
    context = {**_options(name, facts, task), **context, "task": task, "form": form, "fact": facts.of(name, task)}
    # A link says where it wants the form; where it is refused, it replaces itself.
    into = None if status == 200 else f"#{name}-{task.id}"
    return Page(context, "tasks/fact.html", f"tasks/_{name}.html", into=into, status=status)


def _options(name: str, facts: TaskFacts, task: Task) -> dict[str, Any]:
    """What a form shows besides its fields."""
    match name:
        case "due":
            return {"choices": facts.choices(), "zones": facts.zones(task), "month": facts.month("", task.due_on)}
        case "start":
            return {"choices": facts.choices(), "month": facts.month("", task.start_on)}
        case "priority":
            return {"priorities": facts.priorities}
        case "repeat":
            return {"rules": facts.common_rules(task)}
        case "move":
            return {"lists": facts.lists()}
    return {"labels": facts.all_labels(), "chosen": facts.label_ids(task)}


def _changed(name: str, facts: TaskFacts, task: Task, url: CurrentUrl, announcement: str, target: str = "") -> Rendered:
    """The fact as it is now, those that may have changed with it, the row, the counts; without htmx the task's page.

    The row comes first where `target` is the row, with what the menu of a row can set.
    """
    tasks = Tasks(facts.connection, facts.actor)
    context = changes(tasks, facts.overviews, url, task, announcement)
    facts_now = facts.changed(name, task)
    context |= {"about": facts.about(task)}
    operation = facts.actor.operation
    done = operation if context["about"].latest_operation == operation else ""
    context |= {"moved": announcement, "returned": f"task-{task.id}", "operation": operation}
    if target == f"task-{task.id}":
        in_row = ("tasks/_task.html", "tasks/_other_facts.html", "tasks/_history.html", MOVED_NOTICE, *BESIDE)
        return partials(*in_row, back=_back(name, task, url, done), **context, others=facts_now)
    first, *others = sorted(facts_now, key=lambda fact: fact.name != name)
    names = ("tasks/_changed_fact.html", "tasks/_other_facts.html", "tasks/_task.html", "tasks/_history.html")
    context |= {"fact": first, "others": others}
    return partials(*names, MOVED_NOTICE, *BESIDE, back=_back(name, task, url, done), **context)


def _back(name: str, task: Task, url: CurrentUrl, operation: str) -> str:
    """To the list or view that the form was opened from, where the task is now; otherwise to the task."""
    path, _, query = url.partition("?")
    place = place_at(url)
    if name == "move" and (there := url_after_move(url, task, operation)):
        return there
    is_from_row = query and place.own_page != path
    return f"{place.url()}#task-{task.id}" if is_from_row else f"/tasks/{task.id}"


def _steps(facts: TaskFacts, task: Task, form: Form[StepDraft], *, status: int = 200) -> Rendered:
    context = {"task": task, "about": facts.about(task), "form": form}
    return Page(context, "tasks/steps.html", "tasks/_steps.html", into=f"#steps-{task.id}", status=status)


def _chosen(fields: Fields) -> set[int]:
    """The labels whose checkbox, `label-7`, was sent."""
    return {int(found[1]) for name in fields if (found := _LABEL.fullmatch(name))}
