"""Joins of a project's own, where there is no foreign key, or one for something else."""

from conventions import Base, Id, Name
from sqlalchemy import ForeignKey, String, and_
from sqlalchemy.orm import Mapped, aliased, foreign, mapped_column, relationship, remote


class City(Base):
    __tablename__ = "city"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(3), unique=True)


class Flight(Base):
    __tablename__ = "flight"
    id: Mapped[Id]
    origin: Mapped[str] = mapped_column(String(3))
    city: Mapped[City | None] = relationship(primaryjoin=lambda: foreign(Flight.origin) == City.code)
    stops: Mapped[list["Stop"]] = relationship(back_populates="flight", cascade="all, delete-orphan")
    long_stops: Mapped[list["Stop"]] = relationship(
        primaryjoin=lambda: and_(Flight.id == Stop.flight_id, Stop.minutes > 60), viewonly=True
    )


class Stop(Base):
    __tablename__ = "stop"
    id: Mapped[Id]
    minutes: Mapped[int]
    note: Mapped[Name]
    flight_id: Mapped[int] = mapped_column(ForeignKey("flight.id"), index=True)
    flight: Mapped[Flight] = relationship(back_populates="stops")
    same_length: Mapped[list["Stop"]] = relationship(
        primaryjoin=lambda: foreign(Stop.minutes) == remote(Stop.minutes), viewonly=True
    )


last_stop = aliased(Stop)
Flight.last_stop = relationship(
    last_stop, primaryjoin=lambda: Flight.id == last_stop.flight_id, viewonly=True, uselist=False
)


class Comment(Base):
    """A generic reference: a column beside it names the table."""

    __tablename__ = "comment"
    id: Mapped[Id]
    about: Mapped[Name]
    about_id: Mapped[int]
    flight: Mapped[Flight | None] = relationship(
        primaryjoin=lambda: and_(foreign(Comment.about_id) == Flight.id, Comment.about == "flight")
    )


class Airline(Base):
    __tablename__ = "airline"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(2), unique=True)


class Plane(Base):
    """One foreign key, and other joins to the same table that are intended."""

    __tablename__ = "plane"
    id: Mapped[Id]
    airline_id: Mapped[int] = mapped_column(ForeignKey("airline.id"), index=True)
    lent_to: Mapped[str | None] = mapped_column(String(2))
    airline: Mapped[Airline] = relationship()
    lent_to_airline: Mapped[Airline | None] = relationship(primaryjoin=lambda: foreign(Plane.lent_to) == Airline.code)
    of_the_same_id: Mapped[Airline | None] = relationship(
        primaryjoin=lambda: foreign(Plane.id) == Airline.id, viewonly=True
    )
    licence: Mapped["Licence | None"] = relationship(
        primaryjoin=lambda: foreign(Plane.airline_id) == Licence.airline_id, overlaps="airline"
    )


class Licence(Base):
    __tablename__ = "licence"
    airline_id: Mapped[int] = mapped_column(ForeignKey("airline.id"), primary_key=True)
