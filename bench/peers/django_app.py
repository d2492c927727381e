"""Daybook's task list with Django: function views, and a middleware for the session.

BENCH_TEMPLATES selects the template engine, `django` or `jinja`. Templates are compiled once.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.core.wsgi import get_wsgi_application

from bench.peers.django_settings import configure
from bench.peers.shared import COOKIE, PAGE_SIZE, ROW_MENU, SORTS, facts_of, filters, next_url, token_of

HERE = Path(__file__).parent
SECRET = os.environ["BETTER_AUTH_SECRET"].encode()


def jinja_environment(**options):
    from jinja2 import Environment

    return Environment(**options, trim_blocks=True, lstrip_blocks=True)


TEMPLATES = {
    # Without debug, Django uses its cached template loader.
    "django": {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "django"]},
    "jinja": {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "jinja"],
        "OPTIONS": {"environment": "bench.peers.django_app.jinja_environment"},
    },
}
configure(
    ROOT_URLCONF="bench.peers.django_app",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "bench.peers.django_app.better_auth"],
    TEMPLATES=[TEMPLATES[os.environ["BENCH_TEMPLATES"]]],
)

from django.db import transaction  # noqa: E402, models need the settings
from django.db.models import Count, Q  # noqa: E402
from django.http import HttpResponseRedirect  # noqa: E402
from django.shortcuts import get_object_or_404, render  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.http import require_GET, require_POST  # noqa: E402

from bench.peers.django_models import AuthSession, List, Task, TaskLabel  # noqa: E402


def better_auth(get_response):
    def middleware(request):
        token = token_of(request.COOKIES.get(COOKIE), SECRET)
        sessions = AuthSession.objects.select_related("user").filter(token=token, expires_at__gte=datetime.now(UTC))
        session = sessions.first() if token else None
        if session is None:
            return HttpResponseRedirect("/sign-in")
        request.user = session.user
        return get_response(request)

    return middleware


def tasks_of(request):
    return Task.objects.filter(user_id=request.user.id, deleted_at=None)


def count(request):
    # Not Count("pk"): no index contains id together with the other columns.
    counts = tasks_of(request).aggregate(total=Count("completed"), done=Count("completed", filter=Q(completed=True)))
    return filters(counts["total"], counts["done"])


def overview(request):
    """The lists with their open tasks, and how many tasks are in the Inbox, due today and overdue."""
    today, is_open = datetime.now(UTC).date(), tasks_of(request).filter(completed=False)
    pending = dict(is_open.filter(list_id__isnull=False).values_list("list_id").annotate(number=Count("completed")))
    lists = list(List.objects.filter(user_id=request.user.id, is_section=False, archived_at=None, deleted_at=None))
    for one in sorted(lists, key=lambda one: (one.position, one.pk)):
        one.pending = pending.get(one.pk, 0)
    numbers = is_open.aggregate(
        inbox=Count("completed", filter=Q(list_id=None)),
        today=Count("completed", filter=Q(due_on=today)),
        overdue=Count("completed", filter=Q(due_on__lt=today)),
    )
    return {"lists": lists, **numbers}


def add_facts(request, tasks, lists):
    ids = [task.pk for task in tasks]
    marks = TaskLabel.objects.filter(user_id=request.user.id, task_id__in=ids, label__deleted_at=None)
    labels = [(mark.task_id, mark.label) for mark in marks.select_related("label")]
    steps = tasks_of(request).filter(parent_id__in=ids).values_list("parent_id")
    steps = steps.annotate(number=Count("completed"), done=Count("completed", filter=Q(completed=True)))
    facts_of(tasks, {one.pk: one.name for one in lists}, labels, steps)


@require_GET
def index(request):
    found = list(tasks_of(request).filter(completed=False).order_by("-created_at", "-id")[: PAGE_SIZE + 1])
    tasks = found[:PAGE_SIZE]
    beside = overview(request)
    add_facts(request, tasks, beside["lists"])
    context = {
        "user": request.user,
        "overview": beside,
        "tasks": tasks,
        "more": next_url(tasks[-1].created_at, tasks[-1].id) if len(found) > PAGE_SIZE else None,
        "filters": count(request),
        "sorts": SORTS,
        "row_menu": ROW_MENU,
        "op": uuid4(),
    }
    return render(request, "tasks.html", context)


@require_POST
def change(request, task_id, completed):
    with transaction.atomic():
        task = get_object_or_404(tasks_of(request).select_for_update(), pk=task_id)
        if task.completed != completed:
            task.completed = completed
            task.version += 1
            task.updated_at = datetime.now(UTC)
            task.save(update_fields=["completed", "version", "updated_at"])
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect("/tasks")
    beside = overview(request)
    add_facts(request, [task], beside["lists"])
    context = {
        "task": task,
        "overview": beside,
        "filters": count(request),
        "out_of_band": True,
        "announcement": "Completed" if completed else "Reopened",
        "operation": uuid4(),
    }
    return render(request, "changed.html", context)


urlpatterns = [
    path("tasks", index),
    path("tasks/<int:task_id>/complete", change, {"completed": True}),
    path("tasks/<int:task_id>/reopen", change, {"completed": False}),
]
application = get_wsgi_application()
