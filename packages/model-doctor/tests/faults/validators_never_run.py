"""SQLModel does not validate its tables when they are created."""

from typing import Annotated

from base import Field, SQLModel
from pydantic import AfterValidator, field_validator, model_validator


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=20)
    name: Annotated[str, AfterValidator(str.strip)] = Field(  # finds validators-never-run at Task.name: TaskDraft
        max_length=20
    )

    @field_validator("title")
    @classmethod
    def title_is_not_blank(cls, title: str) -> str:  # finds validators-never-run at Task.title_is_not_blank: TaskDraft
        return title

    @model_validator(mode="after")
    def all_is_well(self) -> "Task":
        return self
