"""One side names a class that does not exist: the other side, which cannot be configured either, is not reported."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Tsk"] = Relationship(back_populates="owner")  # noqa: F821  # finds unknown-target at User.tasks: "Task"


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="user.id", index=True)
    owner: User = Relationship(back_populates="tasks")


class Folder(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    notes: list["Note"] = Relationship(back_populates="folder")


class Note(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    folder_id: int = Field(foreign_key="folder.id", index=True)
    folder: "Foldr" = Relationship(back_populates="notes")  # noqa: F821  # finds unknown-target at Note.folder: "Folder"
