"""The doctor: reads models of SQLModel and SQLAlchemy and tells what is wrong with them, before a query does.

Serves any project; knows nothing of Daybook's own models. docs/doctor.md tells what it finds.
"""

from web.schema.doctor.examining import examine
from web.schema.doctor.findings import Finding, Place, Report, Unreadable

__all__ = ["Finding", "Place", "Report", "Unreadable", "examine"]
