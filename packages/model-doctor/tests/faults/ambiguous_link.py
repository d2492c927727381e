"""A link table with two foreign keys to one end, and none chosen."""

from base import Field, Relationship, SQLModel


class Follow(SQLModel, table=True):
    follower_id: int = Field(foreign_key="user.id", primary_key=True)
    followed_id: int = Field(foreign_key="user.id", primary_key=True, index=True)


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    follows: list["User"] = Relationship(  # finds ambiguous-foreign-key at User.follows: primaryjoin and secondaryjoin
        link_model=Follow,
    )
