"""Finds mistakes in SQLAlchemy and SQLModel models before a query does."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_doctor.examination import examine
    from model_doctor.findings import Finding, Place, Report, Unreadable

__all__ = ["Finding", "Place", "Report", "Unreadable", "examine"]


def __getattr__(name: str) -> Any:
    # The pytest plugin is loaded in every test run of a project, and should not import SQLAlchemy there.
    if name not in __all__:
        raise AttributeError(name)
    from model_doctor import examination, findings

    return getattr(examination if name == "examine" else findings, name)
