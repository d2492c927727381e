"""Before anything is measured: every server does all of the work, or the run ends here."""

from dataclasses import replace

from bench.data import BenchUser, World
from bench.load import Ask, WrongAnswer, answer_to, check
from bench.sameness import Shown, require_same
from bench.servers import Running

# Nobody's task changes while the servers are compared, but for the last user's.
COMPARED = 3


def seen(world: World, running: Running) -> list[Shown]:
    """What the server shows: some people's pages, then the two partials of a change. Raises WrongAnswer."""
    pages = [_answer(running, Ask.page(user, running.port)) for user in world.people[:COMPARED]]
    changed = world.people[-1]
    first = changed.task_id not in world.completed()
    partials = [_change(world, running, changed, complete=complete) for complete in (first, not first)]
    if not first:
        partials.reverse()
    _refuse_strangers(world, running)
    return [*map(Shown.read, pages), *(Shown.read(partial, times=False) for partial in partials)]


def require_all_same(ours: list[Shown], theirs: list[Shown], name: str) -> None:
    """Raises NotTheSame."""
    for our, their in zip(ours, theirs, strict=True):
        require_same(our, their, name)


def _answer(running: Running, ask: Ask) -> bytes:
    answer = answer_to(running.port, ask.data)
    check(ask, answer)
    return answer.body


def _change(world: World, running: Running, user: BenchUser, *, complete: bool) -> bytes:
    before = world.task(user.task_id)
    partial = _answer(running, Ask.action(user, running.port, complete=complete))
    after = world.task(user.task_id)
    if after.completed != complete or after.version != before.version + 1 or after.updated_at <= before.updated_at:
        raise WrongAnswer(f"{running.server.name} answered as if it had changed a task, and left {after}.")
    return partial


def _refuse_strangers(world: World, running: Running) -> None:
    """Somebody else's task is 404, and a cookie that nobody signed is nobody."""
    user, another_user = world.people[-1], world.people[0]
    before = world.task(user.task_id)
    action = Ask.action(another_user, running.port, complete=not before.completed, task_id=user.task_id)
    status = answer_to(running.port, action.data).status
    if status != 404 or world.task(user.task_id) != before:
        raise WrongAnswer(f"{running.server.name} answered {status} where another user's task was to be completed.")
    token, _, signature = user.cookie.rpartition(".")
    forged = replace(user, cookie=f"{token}.{signature.swapcase()}")
    if answer_to(running.port, Ask.page(forged, running.port).data).status == 200:
        raise WrongAnswer(f"{running.server.name} believed a cookie that nobody signed.")
