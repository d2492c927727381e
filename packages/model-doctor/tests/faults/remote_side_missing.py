"""A tree whose two sides have the same direction."""

from base import Field, Relationship, SQLModel


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    parent: "Task" = Relationship(back_populates="children")
    children: list["Task"] = Relationship(  # finds remote-side-missing at Task.children: "Task.id"
        back_populates="parent",
    )
