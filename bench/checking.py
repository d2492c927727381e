"""Checks before the measurement that every server does all of the work; otherwise the run ends."""

from dataclasses import replace

from bench.data import BenchUser, World
from bench.load import WrongAnswer, check, response_to
from bench.requests import API, Request, Work
from bench.sameness import TaskList, require_same
from bench.servers import Running
from web.domain.access_tokens import new_token

# The number of users whose pages are compared. Only the last user's task is changed meanwhile.
COMPARED = 3


def read_lists(world: World, running: Running, work: Work) -> list[TaskList]:
    """The lists of some users, then the answers to completing and reopening a task. Raises WrongAnswer."""
    lists = [_response(running, work.read(user, running.port)) for user in world.people[:COMPARED]]
    changed = world.people[-1]
    first = changed.task_id not in world.completed()
    answers = [_change(world, running, work, changed, complete=complete) for complete in (first, not first)]
    if not first:
        answers.reverse()
    _check_access(world, running, work)
    read = TaskList.read_json if work is API else TaskList.read
    return [*map(read, lists), *(read(answer, times=False) for answer in answers)]


def require_all_same(daybook: list[TaskList], peer: list[TaskList], name: str) -> None:
    """Raises NotTheSame."""
    for ours, theirs in zip(daybook, peer, strict=True):
        require_same(ours, theirs, name)


def _response(running: Running, request: Request) -> bytes:
    response = response_to(running.port, request.data)
    check(request, response)
    return response.body


def _change(world: World, running: Running, work: Work, user: BenchUser, *, complete: bool) -> bytes:
    before = world.task(user.task_id)
    answer = _response(running, work.change(user, running.port, complete=complete))
    after = world.task(user.task_id)
    if after.completed != complete or after.version != before.version + 1 or after.updated_at <= before.updated_at:
        raise WrongAnswer(f"{running.server.name} answered as if it had changed a task, but it is {after}.")
    if work is API and world.events(user.task_id, after.version) != 1:
        raise WrongAnswer(f"{running.server.name} wrote no event for a change.")
    return answer


def _check_access(world: World, running: Running, work: Work) -> None:
    """Raises WrongAnswer unless another user's task is 404 and a forged credential is rejected."""
    user, another_user = world.people[-1], world.people[0]
    before = world.task(user.task_id)
    change = work.change(another_user, running.port, complete=not before.completed, task_id=user.task_id)
    status = response_to(running.port, change.data).status
    if status != 404 or world.task(user.task_id) != before:
        raise WrongAnswer(f"{running.server.name} answered {status} to completing another user's task.")
    token, _, signature = user.cookie.rpartition(".")
    forged = replace(user, cookie=f"{token}.{signature.swapcase()}", access_token=new_token())
    if response_to(running.port, work.read(forged, running.port).data).status == 200:
        raise WrongAnswer(f"{running.server.name} accepted a forged credential.")
