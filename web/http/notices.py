"""What the address of a page says of the last action (`?deleted=7`, `?done=ended`), for a notice on that page, and for
whom a form that was refused there had been rendered (`?page_user=`)."""

from urllib.parse import parse_qsl, urlencode, urlsplit

NAMES = {
    *("completed", "moved", "added_several", "placed_list", "changed_list", "deleted", "deleted_list", "added"),
    *("placed", "operation", "undone"),
    # The line of the task that was added.
    "read",
    # What was done in the settings.
    *("done", "saved"),
    # For whom the form was rendered that was refused there. Another user may sign in.
    "page_user",
}


def without_notices(address: str) -> str:
    """The address of a page to come back to: after Undo, a sign-in or a confirmation the notices would tell of what is
    not so, and another user may have signed in."""
    parts = urlsplit(address)
    fields = parse_qsl(parts.query, keep_blank_values=True, errors="replace")
    if NAMES.isdisjoint(name for name, _ in fields):
        return address
    return parts._replace(query=urlencode([(name, value) for name, value in fields if name not in NAMES])).geturl()


def with_notice(address: str, **said: str) -> str:
    """The address of a page to come back to, with what it says of this action instead of the one before."""
    parts = urlsplit(without_notices(address))
    return parts._replace(query="&".join(filter(None, (parts.query, urlencode(said))))).geturl()
