"""Strings of any length."""

from base import Field, SQLModel
from sqlalchemy import Column, String


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str  # finds string-without-length at Task.title: max_length=200
    note: str | None = Field(sa_column=Column(String))  # finds string-without-length at Task.note: String(200)
