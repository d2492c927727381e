"""Finds mistakes in SQLAlchemy and SQLModel models before a query does."""

from model_doctor.examining import examine
from model_doctor.findings import Finding, Place, Report, Unreadable

__all__ = ["Finding", "Place", "Report", "Unreadable", "examine"]
