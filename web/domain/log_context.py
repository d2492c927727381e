"""Fields that every log line of the current request carries: which request it was, and who sent it."""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

NO_FIELDS: Mapping[str, str] = MappingProxyType({})
# Follows a request into threads and greenlets.
log_fields: ContextVar[Mapping[str, str]] = ContextVar("log_fields", default=NO_FIELDS)
