"""The steps of a task, its place among others, and its history, for programs."""

from litestar import Controller, get, post
from litestar.params import FromPath

from web.controllers.api.tasks import both
from web.domain.actor import new_operation
from web.http.api.answering import Answer, Items, api, created
from web.http.api.reading import Body
from web.models.event import EventOut
from web.models.task import TaskOut
from web.models.task_body import NewTaskBody, TaskBody
from web.models.task_drafts import MoveDraft
from web.services.history import History
from web.services.task_bodies import TaskBodies
from web.services.task_edits import TaskEdits
from web.services.tasks import Tasks
from web.services.views import Views


class StepsApi(Controller):
    path = "/api"

    @get(both("/{task_id:int}/steps"))
    @api
    def index(self, tasks: Tasks, bodies: TaskBodies, views: Views, task_id: FromPath[int]) -> Items[TaskOut]:
        """The steps right below a task, in their order."""
        tasks.get(task_id)
        return Items.of(bodies.outs(views.steps(task_id)))

    @post(both("/{task_id:int}/steps"), budget="tasks")
    @api
    def create(self, tasks: Tasks, bodies: TaskBodies, task_id: FromPath[int], data: Body[TaskBody]) -> Answer[TaskOut]:
        """Add a step at the end of a task; it is in the list of the task."""
        parent = tasks.get(task_id)
        step = NewTaskBody.model_construct(**data.model_dump(), parent_id=parent.id)
        return created(bodies.out(bodies.add(step, new_operation())), at="/api/tasks")

    @post(both("/{task_id:int}/move"), status_code=200)
    @api
    def move(self, edits: TaskEdits, bodies: TaskBodies, task_id: FromPath[int], data: Body[MoveDraft]) -> TaskOut:
        """Move a task: among its siblings, into a list, or below another task.

        `list_id` 0 is the Inbox. `in` makes it a step of the task above it, `out` takes it one level up. With `due_on`
        it is the order of that day.
        """
        return bodies.out(edits.move(task_id, data, 0, new_operation()))

    @post(both("/{task_id:int}/skip"), status_code=200)
    @api
    def skip(self, tasks: Tasks, bodies: TaskBodies, task_id: FromPath[int]) -> TaskOut:
        """Leave out the next occurrence of a repeating task. 409 for any other."""
        return bodies.out(tasks.skip(task_id))

    @get(both("/{task_id:int}/events"))
    @api
    def events(self, tasks: Tasks, history: History, task_id: FromPath[int]) -> Items[EventOut]:
        """The history of a task, newest first; at most 200 events."""
        tasks.get(task_id)
        return Items.of([EventOut.of(event) for event in history.of("tasks", task_id)])
