"""Which addresses of the network an address that a user typed may lead to."""

from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

_RELAYS_OF_6TO4 = IPv4Network("192.88.99.0/24")
_GLOBAL = IPv6Network("2000::/3")
# Within it: protocols and tunnels, which lead to IPv4 addresses too, and examples.
_NOT_GLOBAL = [IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; False for what is none.

    `is_global` of the standard library is not enough: it is true for multicast and, depending on the version of Python,
    for addresses that lead to a private IPv4 address.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast and not found.is_reserved and found not in _RELAYS_OF_6TO4
    return found in _GLOBAL and not any(found in network for network in _NOT_GLOBAL)
