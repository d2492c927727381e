"""A tree whose other side is made by backref: one finding, where both are written."""

from base import Field, Relationship, SQLModel
from sqlalchemy.orm import relationship


class Folder(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="folder.id", index=True)
    parent: "Folder" = Relationship(sa_relationship=relationship("Folder", backref="children"))  # finds remote-side-missing at Folder.parent: remote_side
