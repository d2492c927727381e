"""Inheritance: joined, single table and concrete, with relationships at every level."""

from conventions import Base, Id, Name
from sqlalchemy import ForeignKey
from sqlalchemy.ext.declarative import AbstractConcreteBase
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship


class Company(Base):
    __tablename__ = "company"
    id: Mapped[Id]
    employees: Mapped[list["Employee"]] = relationship(back_populates="company", cascade="all, delete-orphan")
    managers: Mapped[list["Manager"]] = relationship(back_populates="managed", foreign_keys="Manager.managed_id")


class Employee(Base):
    __tablename__ = "employee"
    id: Mapped[Id]
    name: Mapped[Name]
    type: Mapped[Name]
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(back_populates="employees")
    __mapper_args__ = {"polymorphic_on": "type", "polymorphic_identity": "employee"}


class Manager(Employee):
    __tablename__ = "manager"
    id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    managed_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    managed: Mapped[Company | None] = relationship(back_populates="managers", foreign_keys=[managed_id])
    secretary_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    secretary: Mapped[Employee | None] = relationship(foreign_keys=[secretary_id])
    reports: Mapped[list["Engineer"]] = relationship(back_populates="manager", foreign_keys="Engineer.manager_id")
    __mapper_args__ = {"polymorphic_identity": "manager", "inherit_condition": id == Employee.id}


class Engineer(Employee):
    __tablename__ = "engineer"
    id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("manager.id"), index=True)
    manager: Mapped[Manager | None] = relationship(back_populates="reports", foreign_keys=[manager_id])
    tools: Mapped[list["Tool"]] = relationship(back_populates="engineer", cascade="all, delete-orphan")
    __mapper_args__ = {"polymorphic_identity": "engineer", "inherit_condition": id == Employee.id}


class Tool(Base):
    """A relationship of the subclass by a foreign key of the parent's table."""

    __tablename__ = "tool"
    id: Mapped[Id]
    engineer_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    engineer: Mapped[Engineer] = relationship(back_populates="tools")


class Vehicle(Base):
    __tablename__ = "vehicle"
    id: Mapped[Id]
    kind: Mapped[Name]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "vehicle"}


class Car(Vehicle):
    """Single-table inheritance with a column of one subclass."""

    owner_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    __mapper_args__ = {"polymorphic_identity": "car"}

    @declared_attr
    def owner(cls) -> Mapped[Company | None]:  # noqa: N805
        return relationship(Company)


class Shape(AbstractConcreteBase, Base):
    strict_attrs = True
    id: Mapped[Id]


class Square(Shape):
    __tablename__ = "square"
    id: Mapped[Id]
    side: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "square", "concrete": True}


class Circle(Shape):
    __tablename__ = "circle"
    id: Mapped[Id]
    radius: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "circle", "concrete": True}
