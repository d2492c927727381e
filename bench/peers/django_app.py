"""Daybook's task list with Django: unmanaged models on the same tables, function views, a middleware for the session.

BENCH_TEMPLATES selects the template engine, `django` or `jinja`. Settings chosen for speed: persistent connections, no
debug, templates compiled once, only the middleware that is needed, no translation, no request log.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from bench.peers.shared import COOKIE, PAGE_SIZE, ROW_MENU, SORTS, done_words, facts_of, filters, next_url, token_of

HERE = Path(__file__).parent
SECRET = os.environ["BETTER_AUTH_SECRET"].encode()


def jinja_environment(**options):
    from jinja2 import Environment

    return Environment(**options, trim_blocks=True, lstrip_blocks=True)


def database(url):
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": parts.username,
        "NAME": parts.path.removeprefix("/"),
        "CONN_MAX_AGE": None,
    }


TEMPLATES = {
    # Without debug, Django uses its cached template loader.
    "django": {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "django"]},
    "jinja": {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "jinja"],
        "OPTIONS": {"environment": "bench.peers.django_app.jinja_environment"},
    },
}
settings.configure(
    DEBUG=False,
    SECRET_KEY="unused: the session is Better Auth's",
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF="bench.peers.django_app",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "bench.peers.django_app.better_auth"],
    DATABASES={"default": database(os.environ["DATABASE_URL"])},
    TEMPLATES=[TEMPLATES[os.environ["BENCH_TEMPLATES"]]],
    USE_TZ=True,
    TIME_ZONE="UTC",
    USE_I18N=False,
)
django.setup()

from django.db import models, transaction  # noqa: E402, models need the settings
from django.db.models import Count, Q  # noqa: E402
from django.http import HttpResponseRedirect  # noqa: E402
from django.shortcuts import get_object_or_404, render  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.http import require_GET, require_POST  # noqa: E402


class User(models.Model):
    id = models.TextField(primary_key=True)
    name = models.TextField()
    email = models.TextField(unique=True)

    class Meta:
        app_label, db_table, managed = "daybook", "users", False


class AuthSession(models.Model):
    id = models.TextField(primary_key=True)
    token = models.TextField(unique=True)
    user = models.ForeignKey(User, models.CASCADE)
    expires_at = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "daybook", "sessions", False


class Task(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    title = models.CharField(max_length=200)
    description = models.TextField(null=True)
    completed = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    completed_at = models.DateTimeField(null=True)
    list_id = models.BigIntegerField(null=True)
    parent_id = models.BigIntegerField(null=True)
    priority = models.IntegerField(default=4)
    start_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_time = models.TextField(null=True)
    due_zone = models.TextField(null=True)
    repeat_rule = models.TextField(null=True)
    repeat_mode = models.TextField(null=True)
    series_id = models.BigIntegerField(null=True)
    position = models.TextField()

    @property
    def done(self):
        return done_words(self.updated_at)

    class Meta:
        app_label, db_table, managed = "daybook", "tasks", False


class List(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    name = models.TextField()
    colour = models.TextField()
    position = models.TextField()
    is_section = models.BooleanField()
    archived_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        app_label, db_table, managed = "daybook", "lists", False


class Label(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    name = models.TextField()
    colour = models.TextField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        app_label, db_table, managed = "daybook", "labels", False


class TaskLabel(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    task_id = models.BigIntegerField(primary_key=True)
    label = models.ForeignKey(Label, models.CASCADE)

    class Meta:
        app_label, db_table, managed = "daybook", "task_labels", False


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
    found = list(tasks_of(request).order_by("-created_at", "-id")[: PAGE_SIZE + 1])
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
