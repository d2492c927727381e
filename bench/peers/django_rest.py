"""Tasks as JSON with Django REST framework: bearer tokens that are stored as hashes, a serializer, a view set."""

from datetime import UTC, datetime
from hashlib import sha256

from django.core.wsgi import get_wsgi_application

from bench.peers.django_settings import configure

configure(
    ROOT_URLCONF="bench.peers.django_rest",
    apps=["rest_framework"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "UNAUTHENTICATED_USER": None,
    },
)

from django.db import transaction  # noqa: E402, models need the settings
from django.db.models import Count, Prefetch, Q  # noqa: E402
from django.urls import include, path  # noqa: E402
from rest_framework.authentication import TokenAuthentication  # noqa: E402
from rest_framework.decorators import action  # noqa: E402
from rest_framework.exceptions import AuthenticationFailed  # noqa: E402
from rest_framework.mixins import ListModelMixin  # noqa: E402
from rest_framework.pagination import CursorPagination  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.routers import SimpleRouter  # noqa: E402
from rest_framework.serializers import ModelSerializer, SerializerMethodField  # noqa: E402
from rest_framework.viewsets import GenericViewSet  # noqa: E402

from bench.peers.django_models import AccessToken, Event, Label, Task  # noqa: E402
from bench.peers.shared import PAGE_SIZE, event_of  # noqa: E402


class AccessTokenAuthentication(TokenAuthentication):
    keyword = "Bearer"

    def authenticate_credentials(self, key):
        tokens = AccessToken.objects.select_related("user").filter(deleted_at=None)
        tokens = tokens.filter(Q(expires_at=None) | Q(expires_at__gte=datetime.now(UTC)))
        token = tokens.filter(digest=sha256(key.encode()).hexdigest()).first()
        if token is None:
            raise AuthenticationFailed
        return token.user, token


class TaskSerializer(ModelSerializer):
    labels = SerializerMethodField()
    steps = SerializerMethodField()
    steps_done = SerializerMethodField()

    class Meta:
        model = Task
        fields = [
            *("id", "created_at", "updated_at", "version", "title", "description", "completed", "completed_at"),
            *("list_id", "parent_id", "priority", "start_on", "due_on", "due_time", "due_zone"),
            *("repeat_rule", "repeat_mode", "repeat_until", "repeat_left", "labels", "steps", "steps_done"),
        ]
        read_only_fields = fields

    def get_labels(self, task):
        return sorted(label.pk for label in task.labels.all())

    def get_steps(self, task):
        return len(task.steps.all())

    def get_steps_done(self, task):
        return sum(step.completed for step in task.steps.all())


class Newest(CursorPagination):
    page_size = PAGE_SIZE
    ordering = ("-created_at", "-id")

    def paginate_queryset(self, queryset, request, view=None):
        # Not Count("pk"): no index contains id together with the other columns.
        self.counts = view.get_queryset().aggregate(
            all=Count("completed"),
            pending=Count("completed", filter=Q(completed=False)),
            completed=Count("completed", filter=Q(completed=True)),
        )
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data):
        return Response({"items": data, "next": self.get_next_link(), "counts": self.counts})


class TaskViewSet(ListModelMixin, GenericViewSet):
    authentication_classes = [AccessTokenAuthentication]
    serializer_class = TaskSerializer
    pagination_class = Newest

    def get_queryset(self):
        labels = Prefetch("labels", Label.objects.filter(deleted_at=None).only("pk"))
        steps = Prefetch("steps", Task.objects.filter(deleted_at=None).only("parent_id", "completed"))
        return Task.objects.filter(user_id=self.request.user.pk, deleted_at=None).prefetch_related(labels, steps)

    def filter_queryset(self, queryset):
        return queryset.filter(parent=None) if self.action == "list" else queryset.select_for_update()

    @action(detail=True, methods=["put"])
    def completion(self, request, pk):
        return self.change(completed=True)

    @completion.mapping.delete
    def reopen(self, request, pk):
        return self.change(completed=False)

    @transaction.atomic
    def change(self, *, completed):
        task = self.get_object()
        if task.completed != completed:
            now = datetime.now(UTC)
            task.completed, task.completed_at = completed, now if completed else None
            task.version += 1
            task.updated_at = now
            task.save(update_fields=["completed", "completed_at", "version", "updated_at"])
            Event.objects.create(**event_of(task))
        return Response(self.get_serializer(task).data)


router = SimpleRouter(trailing_slash=False)
router.register("tasks", TaskViewSet, basename="task")
urlpatterns = [path("api/", include(router.urls))]
application = get_wsgi_application()
