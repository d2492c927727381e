"""The database would cascade; the ORM sets NULL first."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Task"] = Relationship(  # finds ondelete-without-passive-deletes at User.tasks: passive_deletes=True, sa_relationship_kwargs={"cascade": "all, delete"}
        back_populates="user",
    )


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True, ondelete="CASCADE")
    user: User | None = Relationship(back_populates="tasks")
