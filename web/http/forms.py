"""What a browser sent: the values as typed, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from pydantic import ValidationError

from web.models.task import Task, TaskDraft

Fields: TypeAlias = Mapping[str, str]
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 50


class BadForm(Exception):
    """Not a form that a browser would send."""


def read_fields(body: bytes, content_type: str) -> Fields:
    """The fields of a URL-encoded form; of a name sent twice the last counts. Raises BadForm."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise BadForm
    try:
        text = body.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise BadForm from error


@dataclass
class TaskForm:
    """A task as typed. `draft` is what it comes to, or None while something is wrong with it."""

    title: str = ""
    description: str = ""
    version: int = 0
    op: str = field(default_factory=lambda: str(uuid4()))
    draft: TaskDraft | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Fields) -> "TaskForm":
        form = cls(
            title=fields.get("title", ""),
            # A browser sends line breaks as \r\n; what goes back into the form should not grow.
            description=fields.get("description", "").replace("\r\n", "\n"),
            version=_version(fields.get("version", "")),
            op=_op(fields.get("op", "")),
        )
        try:
            form.draft = TaskDraft(title=form.title, description=form.description)
        except ValidationError as problem:
            form.errors = {str(error["loc"][0]): message(error) for error in reversed(problem.errors())}
        return form

    @classmethod
    def of(cls, task: Task) -> "TaskForm":
        return cls(title=task.title, description=task.description or "", version=task.version)

    def error(self, name: str) -> str:
        return self.errors.get(name, "")


def message(error: Any) -> str:
    """The sentence of a validation error; Pydantic puts "Value error, " before those of ours."""
    return str(error["ctx"]["error"]) if error["type"] == "value_error" else str(error["msg"])


@dataclass
class AccountForm:
    """A sign-in or sign-up as typed, without its password: that never goes back to the page."""

    name: str = ""
    email: str = ""
    next: str = ""
    problem: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, fields: Fields) -> "AccountForm":
        return cls(
            name=fields.get("name", "").strip(),
            email=fields.get("email", "").strip(),
            next=safe_path(fields.get("next", "")),
        )

    @property
    def first_wrong(self) -> str | None:
        return next(iter(self.errors), None)

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def url(self, path: str) -> str:
        """Another page for the same purpose, on the way to the same place."""
        return f"{path}?{urlencode({'next': self.next})}" if self.next else path


def safe_path(address: str) -> str:
    """The address if it is a path on this site, else nothing: `//elsewhere`, `/\\elsewhere` and `https:` are not."""
    ours = address.startswith("/") and address[1:2] not in ("/", "\\")
    return address if ours and address.isascii() and address.isprintable() and "\\" not in address else ""


def _version(text: str) -> int:
    """The version the form was opened on; 0, which no task has, where it is missing or no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _op(text: str) -> str:
    return str(UUID(text)) if is_op(text) else str(uuid4())


def is_op(text: str) -> bool:
    """Whether it names an action: a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
