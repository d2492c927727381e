"""Unmanaged models on Daybook's tables."""

from django.db import models

from bench.peers.shared import done_words


class User(models.Model):
    id = models.TextField(primary_key=True)
    name = models.TextField()
    email = models.TextField(unique=True)
    # As of any user of Django; there are no anonymous ones.
    is_authenticated = True

    class Meta:
        app_label, db_table, managed = "daybook", "users", False


class AuthSession(models.Model):
    id = models.TextField(primary_key=True)
    token = models.TextField(unique=True)
    user = models.ForeignKey(User, models.CASCADE)
    expires_at = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "daybook", "sessions", False


class AccessToken(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.TextField()
    expires_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        app_label, db_table, managed = "daybook", "access_tokens", False


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
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="steps")
    priority = models.IntegerField(default=4)
    start_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_time = models.TextField(null=True)
    due_zone = models.TextField(null=True)
    repeat_rule = models.TextField(null=True)
    repeat_mode = models.TextField(null=True)
    repeat_until = models.DateField(null=True)
    repeat_left = models.IntegerField(null=True)
    series_id = models.BigIntegerField(null=True)
    position = models.TextField()
    labels = models.ManyToManyField("Label", through="TaskLabel")

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
    task = models.ForeignKey(Task, models.CASCADE, primary_key=True)
    label = models.ForeignKey(Label, models.CASCADE)

    class Meta:
        app_label, db_table, managed = "daybook", "task_labels", False


class Event(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    actor_id = models.TextField()
    operation = models.TextField()
    action = models.TextField()
    subject = models.TextField()
    subject_id = models.BigIntegerField()
    version = models.IntegerField()
    changes = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "daybook", "events", False
