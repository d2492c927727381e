"""What an operator should know before Daybook is open to other machines: a refusal, or one warning each."""

import logging
from ipaddress import ip_network
from urllib.parse import urlsplit

from web.domain.errors import CommandError
from web.domain.hosts import is_loopback
from web.settings import Settings

log = logging.getLogger("daybook.serve")


class Exposed(CommandError):
    """Daybook would be open to attack. The text is one sentence with what to set."""


def is_local(settings: Settings) -> bool:
    """Whether only users of this machine can open Daybook, by http."""
    return is_loopback(settings.host) and not settings.secure and _is_app_url_local(settings)


def require_safe(settings: Settings) -> None:
    """Warn about what may be meant, and raise Exposed for what never is."""
    if any(map(_is_any_address, settings.trusted_proxies.split(","))):
        raise Exposed(
            f"FORWARDED_ALLOW_IPS={settings.trusted_proxies} would believe every client's X-Forwarded-For, so limits "
            "on guessing passwords would not hold; name your proxies, such as 10.0.0.0/8."
        )
    for warning in warnings(settings):
        log.warning("%s", warning)


def warnings(settings: Settings) -> list[str]:
    if not is_loopback(settings.host) and _is_app_url_local(settings):
        return [
            f"HOST={settings.host} opens Daybook to other machines, but signing in works at {settings.app_url} only; "
            "set APP_URL to the address that users open."
        ]
    if not settings.secure and not is_local(settings):
        return [
            f"Users open {settings.app_url} without https, so others in their network can read passwords and sessions; "
            "put a proxy with https before Daybook and set APP_URL to its address."
        ]
    if settings.secure and not settings.trusted_proxies:
        return [
            "APP_URL is https and FORWARDED_ALLOW_IPS names no proxy, so all users behind yours count as one client "
            "when passwords are guessed; set it to the proxy's address, such as 127.0.0.1."
        ]
    return []


def require_no_demo_user(settings: Settings) -> None:
    """Raises Exposed where others could sign in with the password that the README prints."""
    if is_local(settings):
        return
    from web.db.database import Database
    from web.seeds import has_demo_user

    database = Database(settings.database_url)
    try:
        with database.reading() as session:
            if has_demo_user(session):
                raise Exposed(
                    "The database has the demo user, whose password everyone can read, and Daybook would be open to "
                    "others; remove it with `daybook seed --remove`."
                )
    finally:
        database.close()


def _is_app_url_local(settings: Settings) -> bool:
    return is_loopback(urlsplit(settings.app_url).hostname or "")


def _is_any_address(text: str) -> bool:
    """`*`, or a network of all addresses."""
    try:
        return text.strip() == "*" or ip_network(text.strip(), strict=False).prefixlen == 0
    except ValueError:
        return False
