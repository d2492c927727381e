"""Several foreign keys to one table, chosen in every way that works."""

from conventions import Base, Id
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship


class Address(Base):
    __tablename__ = "address"
    id: Mapped[Id]


class User(Base):
    __tablename__ = "user"
    id: Mapped[Id]
    created: Mapped[list["Task"]] = relationship(back_populates="creator", foreign_keys="Task.created_by")
    assigned: Mapped[list["Task"]] = relationship(back_populates="assignee", foreign_keys="[Task.assigned_to]")
    sent: Mapped[list["Message"]] = relationship(
        back_populates="sender", foreign_keys=lambda: Message.sender_id, cascade="all, delete-orphan"
    )


class Task(Base):
    __tablename__ = "task"
    id: Mapped[Id]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    closed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    creator: Mapped[User | None] = relationship(back_populates="created", foreign_keys=[created_by])
    assignee: Mapped[User | None] = relationship(back_populates="assigned", foreign_keys=lambda: [Task.assigned_to])
    user: Mapped[User | None] = relationship(primaryjoin="Task.closed_by_user_id == User.id")


class Message(Base):
    __tablename__ = "message"
    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    sender: Mapped[User] = relationship(back_populates="sent", foreign_keys=[sender_id])
    recipient: Mapped[User] = relationship(
        foreign_keys=[recipient_id], backref=backref("received", cascade="all, delete-orphan")
    )


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[Id]
    billing_address_id: Mapped[int] = mapped_column(ForeignKey("address.id"), index=True)
    shipping_address_id: Mapped[int] = mapped_column(ForeignKey("address.id"), index=True)
    billing_address: Mapped[Address] = relationship(foreign_keys="Customer.billing_address_id")
    shipping_address: Mapped[Address] = relationship(foreign_keys="Customer.shipping_address_id")


class Game(Base):
    """Names that resemble neither key are no mistake."""

    __tablename__ = "game"
    id: Mapped[Id]
    home_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    away_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    host: Mapped[User] = relationship(foreign_keys=[home_id])
    guest: Mapped[User] = relationship(foreign_keys=[away_id])


class Transfer(Base):
    __tablename__ = "transfer"
    id: Mapped[Id]
    from_account_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    to_account_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    player_1_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    player_2_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    from_account: Mapped[User] = relationship(foreign_keys=[from_account_id])
    to_account: Mapped[User] = relationship(foreign_keys=[to_account_id])
    player_1: Mapped[User] = relationship(foreign_keys=[player_1_id])
    player_2: Mapped[User] = relationship(foreign_keys=[player_2_id])


class Project(Base):
    """Two relationships over one key that declare with overlaps that they are no pair."""

    __tablename__ = "project"
    id: Mapped[Id]
    goals: Mapped[list["Goal"]] = relationship(cascade="all, delete-orphan", overlaps="project")


class Goal(Base):
    __tablename__ = "goal"
    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    project: Mapped[Project] = relationship(overlaps="goals")


class Ticket(Base):
    """Three common letters are not a likeness."""

    __tablename__ = "ticket"
    id: Mapped[Id]
    manual_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    manager: Mapped[User] = relationship(foreign_keys=[contact_id])
    consumer: Mapped[User] = relationship(foreign_keys=[manual_id])
