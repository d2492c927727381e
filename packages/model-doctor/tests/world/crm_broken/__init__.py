"""A CRM that does not start: every relationship to a user is broken, on both sides."""

from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

from . import client, invoice, opportunity, task, user  # noqa: E402

__all__ = ["client", "invoice", "opportunity", "task", "user"]
