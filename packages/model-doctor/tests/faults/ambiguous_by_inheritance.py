"""The foreign key by which a class inherits is not one to choose from."""

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Employee(Base):
    __tablename__ = "employee"
    id: Mapped[int] = mapped_column(primary_key=True)


class Manager(Employee):
    __tablename__ = "manager"
    id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    helped_by: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    assistant: Mapped[Employee | None] = relationship()  # finds ambiguous-foreign-key at Manager.assistant: write foreign_keys="Manager.helped_by".
    __mapper_args__ = {"inherit_condition": id == Employee.id}
