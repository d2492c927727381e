"""An argument of one side cannot be evaluated: the other side, which has no direction to compare, is not reported."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Task"] = Relationship(  # finds cannot-configure at User.tasks: SQLAlchemy names
        back_populates="owner", sa_relationship_kwargs={"order_by": "Task.titel"}
    )


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="user.id", index=True)
    owner: User = Relationship(back_populates="tasks")


class Folder(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    notes: list["Note"] = Relationship(  # finds foreign-keys-string at Folder.notes: "Note.folder_id"
        back_populates="folder", sa_relationship_kwargs={"foreign_keys": "Note.folderid"}
    )


class Note(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    folder_id: int = Field(foreign_key="folder.id", index=True)
    folder: Folder = Relationship(back_populates="notes")
