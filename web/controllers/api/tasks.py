"""Tasks for programs. Each address has a second form that names the user: `/api/{user_id}/tasks`."""

from litestar import Controller, delete, get, patch, post, put
from litestar.params import FromPath

from web.domain.actor import new_operation
from web.http.api.answering import Answer, Items, api, created
from web.http.api.reading import Body, IfMatch, Patch, Query
from web.models.task import TaskOut
from web.models.task_body import CompletionQuery, NewTaskBody, QuickAddBody, TaskBody, TaskFilter
from web.services.task_bodies import TaskBodies
from web.services.tasks import Tasks


def both(path: str) -> list[str]:
    """The address below /api, and the one that names the user."""
    return [f"/tasks{path}", f"/{{user_id:str}}/tasks{path}"]


class TasksApi(Controller):
    path = "/api"

    @get(both("/"), budget="searches")
    @api
    def index(self, tasks: TaskBodies, wanted: Query[TaskFilter]) -> Items[TaskOut]:
        """Tasks without their steps, newest first, a page at a time."""
        listing = tasks.list(wanted)
        counts = {status: getattr(listing.counts, status) for status in ("all", "pending", "completed")}
        return Items.of(tasks.outs(listing.tasks), listing.next, **counts)

    @post(both("/"), budget="tasks")
    @api
    def create(self, tasks: TaskBodies, data: Body[NewTaskBody]) -> Answer[TaskOut]:
        """Add a task."""
        return created(tasks.out(tasks.add(data, new_operation())), at="/api/tasks")

    @get(both("/{task_id:int}"))
    @api
    def show(self, bodies: TaskBodies, tasks: Tasks, task_id: FromPath[int]) -> TaskOut:
        """One task."""
        return bodies.out(tasks.get(task_id))

    @put(both("/{task_id:int}"))
    @api
    def replace(self, tasks: TaskBodies, task_id: FromPath[int], data: Body[TaskBody], expected: IfMatch) -> TaskOut:
        """Replace all fields of a task; those that are not given get their defaults."""
        return tasks.out(tasks.revise(task_id, lambda _: data, expected))

    @patch(both("/{task_id:int}"))
    @api
    def update(self, tasks: TaskBodies, task_id: FromPath[int], data: Patch[TaskBody], expected: IfMatch) -> TaskOut:
        """Change some fields of a task."""
        return tasks.out(tasks.revise(task_id, data.applied_to, expected))

    @delete(both("/{task_id:int}"))
    @api
    def remove(self, tasks: Tasks, task_id: FromPath[int], expected: IfMatch) -> None:
        """Move a task and its steps to the trash, for 30 days."""
        tasks.expect(task_id, expected)
        tasks.delete(task_id)

    @post(both("/{task_id:int}/restore"), status_code=200)
    @api
    def restore(self, bodies: TaskBodies, tasks: Tasks, task_id: FromPath[int]) -> TaskOut:
        """Bring a deleted task back, with its steps. Idempotent."""
        return bodies.out(tasks.restore(task_id))

    @put(both("/{task_id:int}/completion"))
    @api(transaction=False)
    def complete(
        self, tasks: TaskBodies, task_id: FromPath[int], which: Query[CompletionQuery], expected: IfMatch
    ) -> TaskOut:
        """Complete a task and its steps. A repeating one moves to its next date. Idempotent, with `due_on`."""
        return tasks.mark(task_id, expected, completed=True, due_on=which.due_on)

    @delete(both("/{task_id:int}/completion"), status_code=200)
    @api(transaction=False)
    def reopen(self, tasks: TaskBodies, task_id: FromPath[int], expected: IfMatch) -> TaskOut:
        """Reopen a task. Idempotent."""
        return tasks.mark(task_id, expected, completed=False)

    @patch("/{user_id:str}/tasks/{task_id:int}/complete")
    @api
    def toggle(self, bodies: TaskBodies, tasks: Tasks, task_id: FromPath[int], expected: IfMatch) -> TaskOut:
        """Complete an open task, reopen a completed one. Not idempotent: `PUT /completion` is safe to retry."""
        completed = tasks.expect(task_id, expected).completed
        return bodies.mark(task_id, None, completed=not completed)

    @post("/tasks/quick-add", budget="tasks")
    @api
    def quick_add(self, tasks: TaskBodies, data: Body[QuickAddBody]) -> Answer[TaskOut]:
        """Add a task by a line as on the page: `Buy milk tomorrow 5pm #Home @errand !!`."""
        return created(tasks.out(tasks.add_line(data, new_operation())), at="/api/tasks")
