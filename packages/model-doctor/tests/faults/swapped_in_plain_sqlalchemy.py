"""Swapped pairs whose names differ in a word, a number or a stem."""

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)


class Transfer(Base):
    __tablename__ = "transfer"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_account_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    to_account_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    from_account: Mapped[User] = relationship(foreign_keys=[to_account_id])  # finds swapped-foreign-keys at Transfer.from_account: foreign_keys="Transfer.from_account_id"
    to_account: Mapped[User] = relationship(foreign_keys=[from_account_id])


class Game(Base):
    __tablename__ = "game"
    id: Mapped[int] = mapped_column(primary_key=True)
    player_1_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    player_2_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    player_1: Mapped[User] = relationship(foreign_keys=[player_2_id])  # finds swapped-foreign-keys at Game.player_1: foreign_keys="Game.player_1_id"
    player_2: Mapped[User] = relationship(foreign_keys=[player_1_id])


class Sale(Base):
    __tablename__ = "sale"
    id: Mapped[int] = mapped_column(primary_key=True)
    sold_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    approver_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    approved_by: Mapped[User] = relationship(foreign_keys=[buyer_id])  # finds swapped-foreign-keys at Sale.approved_by: foreign_keys="Sale.approver_id"
    buyer: Mapped[User] = relationship(foreign_keys=[approver_id])


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    pm_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    qa_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    pm: Mapped[User] = relationship(foreign_keys=[qa_id])  # finds swapped-foreign-keys at Team.pm: foreign_keys="Team.pm_id"
    qa: Mapped[User] = relationship(foreign_keys=[pm_id])
