"""A CRM that does not start: five relationships pass a field of the class body as foreign_keys."""

from . import client, invoice, opportunity, task, user  # noqa: F401
