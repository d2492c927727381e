"""Fields that every log line of the current request carries: which request it was, and who sent it."""

from collections.abc import Mapping
from contextvars import ContextVar
from ipaddress import ip_network
from types import MappingProxyType

NO_FIELDS: Mapping[str, str] = MappingProxyType({})
# Follows a request into threads and greenlets.
log_fields: ContextVar[Mapping[str, str]] = ContextVar("log_fields", default=NO_FIELDS)

# How much of a client's address the log may hold: all of it, its network, or nothing.
LOG_ADDRESSES = ("full", "network", "none")


class AddressPolicy:
    """Set once, when logging is; `shown` is what a line may name a client by."""

    def __init__(self) -> None:
        self.kept = "full"

    def shown(self, address: str) -> str:
        """The address; or the /24 of IPv4 and /48 of IPv6 that it is in, which is no longer personal data; or `-`."""
        if self.kept == "full":
            return address
        try:
            return (
                str(ip_network((address, 24 if "." in address else 48), strict=False)) if self.kept != "none" else "-"
            )
        except ValueError:
            return "-"


addresses = AddressPolicy()
