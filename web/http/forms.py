"""What a browser sent: the values as typed, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlmodel import SQLModel

from web.http.field_sentences import message

Fields: TypeAlias = Mapping[str, str]
DraftT = TypeVar("DraftT", bound=SQLModel)
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 500
# Before the name of a field: what it held when the form was opened.
OPENED = "opened_"


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


def fields_of(query: str) -> Fields:
    """The query of an address; of a name that comes twice the last counts."""
    return dict(parse_qsl(query, errors="replace")) if query else {}


class Form(Generic[DraftT]):
    """A form generated from a Draft: its fields as typed. `draft` is None while something is wrong with them."""

    def __init__(self, draft_type: type[DraftT], values: Fields, *, version: int = 0, key: str = "") -> None:
        self.draft_type = draft_type
        self.values = dict(values)
        # The version of the record that the form was opened on.
        self.version = version
        # The idempotency key of a form that makes something.
        self.key = key or str(uuid4())
        self.draft: DraftT | None = None
        self.errors: dict[str, str] = {}
        # The fields that another edit changed too; a conflict page asks about these alone.
        self.conflicts: list[str] = []
        # For a form without versions: what its fields held when it was opened, as far as it says so.
        self.opened: dict[str, str] = {}

    @classmethod
    def blank(cls, draft_type: type[DraftT]) -> "Form[DraftT]":
        """The form for a new record, with the defaults of the Draft."""
        optional = {name: field for name, field in draft_type.model_fields.items() if not field.is_required()}
        defaults = {name: field.get_default(call_default_factory=True) for name, field in optional.items()}
        return cls(draft_type, {name: _typed(default) for name, default in defaults.items()})

    @classmethod
    def of(cls, draft_type: type[DraftT], record: Any) -> "Form[DraftT]":
        """The form to edit a record."""
        values = {name: _typed(getattr(record, name)) for name in draft_type.model_fields}
        return cls(draft_type, values, version=record.version)

    @classmethod
    def showing(cls, draft_type: type[DraftT], values: Mapping[str, Any], version: int = 0) -> "Form[DraftT]":
        """The form with these values, as yet unchecked."""
        return cls(draft_type, {name: _typed(value) for name, value in values.items()}, version=version)

    @classmethod
    def read(cls, draft_type: type[DraftT], fields: Fields, key: str = "") -> "Form[DraftT]":
        # A browser sends line breaks as \r\n; what goes back into the form should not grow.
        values = {name: fields.get(name, "").replace("\r\n", "\n") for name in draft_type.model_fields}
        form = cls(draft_type, values, version=whole_number(fields.get("version", "")), key=key)
        form.opened = {name: fields[sent] for name in values if (sent := OPENED + name) in fields}
        form.validate()
        return form

    def validate(self) -> None:
        try:
            self.draft = self.draft_type.model_validate(self._given())
        except ValidationError as problem:
            self.errors = errors_of(problem)

    def _given(self) -> dict[str, str]:
        """A browser sends an empty field as empty text; one that is optional was not filled in."""
        fields = self.draft_type.model_fields
        return {name: text for name, text in self.values.items() if text or fields[name].is_required()}

    def against(self, conflict: Any) -> "Form[DraftT]":
        """The form of a conflict page: the text typed in the fields that were edited, what is saved in the others."""
        record, typed = conflict.record, dict(self.values)
        stored = {name: _typed(getattr(record, name)) for name in typed if hasattr(record, name)}
        edited = {name: text for name, text in typed.items() if name in conflict.edited}
        form = type(self)(self.draft_type, typed | stored | edited, version=record.version, key=self.key)
        form.conflicts = conflict.fields
        return form

    def refused(self, problem: Exception, field: str = "") -> "Form[DraftT]":
        """The form as typed, with the reason why a service refused it at that field, or at its first one."""
        self.draft = None
        self.errors = {field or next(iter(self.draft_type.model_fields)): str(problem)}
        return self

    @property
    def edited(self) -> set[str]:
        """The fields that hold something else than when the form was opened; all that it does not say this of."""
        return {name for name, text in self.values.items() if self.opened.get(name) != text}

    def value(self, name: str) -> str:
        """The text in a field."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def choices(self, name: str) -> list[str]:
        """The values of a field that is an Enum."""
        kind: Any = self.draft_type.model_fields[name].annotation
        return [choice.value for choice in kind]

    def has(self, name: str) -> bool:
        return name in self.draft_type.model_fields

    def asks(self, name: str) -> bool:
        """Whether the field is shown; a conflict page hides those that are settled."""
        return not self.conflicts or name in self.conflicts

    @property
    def focus(self) -> str:
        """The field that gets the focus: the first wrong one, otherwise the first one shown of a record to edit."""
        if not self.version and not self.errors:
            return ""
        names = list(self.draft_type.model_fields)
        return next((name for name in names if name in self.errors), next(filter(self.asks, names)))


def errors_of(problem: ValidationError) -> dict[str, str]:
    """The first sentence for each field."""
    return {str(error["loc"][0]): message(error) for error in reversed(problem.errors())}


@dataclass
class AccountForm:
    """A sign-in or sign-up as typed, without its password: that never goes back to the page."""

    name: str = ""
    email: str = ""
    next: str = ""
    notice: str = ""
    # Instead of the notice where the tab has kept what was typed, which only its scripts know.
    kept_notice: str = ""
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
        """The first field of the form with an error."""
        names = ("name", "email", "current_password", "password")
        return next((name for name in names if name in self.errors), None)

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def url(self, path: str) -> str:
        """Another page for the same purpose, on the way to the same place."""
        return f"{path}?{urlencode({'next': self.next})}" if self.next else path


def safe_path(address: str) -> str:
    """The address if it is a path on this site, else nothing: `//elsewhere`, `/\\elsewhere` and `https:` are not."""
    ours = address.startswith("/") and address[1:2] not in ("/", "\\")
    return address if ours and address.isascii() and address.isprintable() and "\\" not in address else ""


def idempotency_key(text: str) -> str | None:
    """The key in its one spelling, if it is one: a UUID."""
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _typed(value: Any) -> str:
    return "" if value is None else str(value)


def whole_number(text: str) -> int:
    """An id or a version as sent: at most 19 digits. 0, which no record has, for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else 0
