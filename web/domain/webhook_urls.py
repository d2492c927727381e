"""Which addresses a webhook may have; where its name leads is checked when it is called."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from web.domain.hosts import canonical_host
from web.domain.network_addresses import is_public

PORTS = (None, 443, 8443)


def checked_url(url: str, *, allows_private: bool) -> str:
    """The address in the form that is called: without a fragment, its host as browsers write it.

    Raises ValueError with one sentence for the user. With `allows_private` http and any port will do too.
    """
    try:
        parts = urlsplit(url)
        host, port = canonical_host((parts.hostname or "").rstrip(".")), parts.port
    except ValueError:
        raise ValueError("This is no address such as https://example.com/daybook.") from None
    if "@" in parts.netloc:
        raise ValueError("Leave out the user and the password: requests are signed.")
    if not allows_private:
        _check_public(parts.scheme, host, port)
    elif parts.scheme not in ("http", "https"):
        raise ValueError("The address must begin with https:// or http://.")
    if not (parts.path + parts.query).isascii() or any(letter.isspace() for letter in url):
        raise ValueError("Write the address percent-encoded, as browsers show it when it is copied.")
    place = host if port is None else f"{host}:{port}"
    return f"{parts.scheme}://{place}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def _check_public(scheme: str, host: str, port: int | None) -> None:
    if scheme != "https":
        raise ValueError("The address must begin with https://.")
    if port not in PORTS:
        raise ValueError("The port must be 443 or 8443.")
    if _is_ip_address(host) and not is_public(host.strip("[]")):
        raise ValueError("This leads to an address that is not public.")


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
