"""Tables that refer to themselves: a tree, a tree with composite keys, a graph, followers, a materialised path."""

from typing import Optional

from conventions import Base, Id, Name
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Table, func
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote


class Folder(Base):
    __tablename__ = "folder"
    id: Mapped[Id] = mapped_column()
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id", ondelete="CASCADE"), index=True)
    parent: Mapped[Optional["Folder"]] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list["Folder"]] = relationship(
        back_populates="parent", cascade="all, delete-orphan", passive_deletes=True
    )


class Account(Base):
    """Moves between folders of one account."""

    __tablename__ = "account_folder"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "parent_id"], ["account_folder.account_id", "account_folder.folder_id"]),
        Index("ix_account_folder_parent", "account_id", "parent_id"),
    )
    account_id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None]
    parent: Mapped[Optional["Account"]] = relationship(
        back_populates="children", remote_side="[Account.account_id, Account.folder_id]"
    )
    children: Mapped[list["Account"]] = relationship(back_populates="parent", cascade="all, delete-orphan")


class Node(Base):
    __tablename__ = "node"
    id: Mapped[Id]
    lower_edges: Mapped[list["Edge"]] = relationship(
        back_populates="lower_node", foreign_keys="Edge.lower_id", cascade="all, delete-orphan"
    )
    higher_edges: Mapped[list["Edge"]] = relationship(
        back_populates="higher_node", foreign_keys="Edge.higher_id", cascade="all, delete-orphan"
    )


class Edge(Base):
    __tablename__ = "edge"
    lower_id: Mapped[int] = mapped_column(ForeignKey("node.id"), primary_key=True)
    higher_id: Mapped[int] = mapped_column(ForeignKey("node.id"), primary_key=True, index=True)
    lower_node: Mapped[Node] = relationship(primaryjoin=lower_id == Node.id, back_populates="lower_edges")
    higher_node: Mapped[Node] = relationship(primaryjoin=higher_id == Node.id, back_populates="higher_edges")


friendship = Table(
    "friendship",
    Base.metadata,
    Column("left_id", ForeignKey("person.id"), primary_key=True),
    Column("right_id", ForeignKey("person.id"), primary_key=True, index=True),
)


class Person(Base):
    """Relationships named from the user: `follows` goes by the rows in which the user is the follower."""

    __tablename__ = "person"
    id: Mapped[Id]
    right: Mapped[list["Person"]] = relationship(
        secondary=friendship,
        primaryjoin=lambda: Person.id == friendship.c.left_id,
        secondaryjoin=lambda: Person.id == friendship.c.right_id,
        back_populates="left",
    )
    left: Mapped[list["Person"]] = relationship(
        secondary=friendship,
        primaryjoin=lambda: Person.id == friendship.c.right_id,
        secondaryjoin=lambda: Person.id == friendship.c.left_id,
        back_populates="right",
    )
    followed: Mapped[list["Follow"]] = relationship(
        foreign_keys="Follow.follower_id", back_populates="follower", cascade="all, delete-orphan"
    )
    followers: Mapped[list["Follow"]] = relationship(
        foreign_keys="Follow.followed_id", back_populates="followed", cascade="all, delete-orphan"
    )


class Follow(Base):
    __tablename__ = "follow"
    follower_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    followed_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    follower: Mapped[Person] = relationship(foreign_keys=[follower_id], back_populates="followed")
    followed: Mapped[Person] = relationship(foreign_keys=[followed_id], back_populates="followers")


class Page(Base):
    __tablename__ = "page"
    id: Mapped[Id]
    path: Mapped[Name] = mapped_column(index=True)
    descendants: Mapped[list["Page"]] = relationship(
        viewonly=True,
        order_by=path,
        primaryjoin=lambda: remote(foreign(Page.path)).like(func.concat(Page.path, "/%")),
    )
