"""Host names as browsers write them in `Origin`: another spelling of the same host would never equal it."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_ENDS_IN_NUMBER = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)\.?$")


def is_loopback(host: str) -> bool:
    """Whether only this machine can be reached by the name or address, as `urlsplit` gives it."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def canonical_host(host: str) -> str:
    """The host of a URL, decoded and in lower case, in the URL standard's form (https://url.spec.whatwg.org/#host-parsing).

    `büro.example` is `xn--bro-hoa.example`. Raises ValueError, with a text that continues "APP_URL …".
    """
    if ":" in host:
        return f"[{_ipv6(host)}]"
    name = host if host.isascii() else _to_ascii(host)
    if not _NAME.fullmatch(name):
        raise ValueError("must have a host name that browsers allow")
    if _ENDS_IN_NUMBER.search(name):
        return _ipv4(name)
    return name


def _to_ascii(host: str) -> str:
    # Loaded here only: its tables take longer to load than all settings to read.
    import idna

    try:
        # As browsers do: UTS 46, and ß stays ß.
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("must have a host name that browsers allow, or its xn-- form") from None


def _ipv6(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise ValueError("must have an IPv6 address such as [::1]") from None
    if address.scope_id:
        raise ValueError("must have an IPv6 address without a zone")
    return address.compressed


def _ipv4(host: str) -> str:
    try:
        return str(IPv4Address(host))
    except ValueError:
        raise ValueError("must have an IPv4 address of four numbers, such as 192.0.2.1") from None
