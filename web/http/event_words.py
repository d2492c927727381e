"""An event of a record's history in words."""

from web.models.event import Event

ACTIONS = {
    "add": "Added",
    "complete": "Completed",
    "reopen": "Reopened",
    "delete": "Deleted",
    "restore": "Restored",
    "skip": "Skipped",
    "undo": "Undone",
    "occurrence": "Completed and repeated",
    "move": "Moved",
    "archive": "Archived",
    "unarchive": "Unarchived",
}
FIELDS = {
    "title": "title",
    "description": "note",
    "due_on": "due date",
    "due_time": "due time",
    "due_zone": "time zone",
    "start_on": "start date",
    "priority": "priority",
    "labels": "labels",
    "repeat_rule": "repeat",
    "list_id": "list",
    "parent_id": "place",
}


def happened(event: Event) -> str:
    """Completed; Changed due date and priority. Fields that follow from others are left out."""
    if event.action != "edit":
        return ACTIONS.get(event.action, event.action.capitalize())
    names = [word for name, word in FIELDS.items() if name in event.changes]
    return f"Changed {' and '.join(filter(None, [', '.join(names[:-1]), *names[-1:]]))}" if names else "Changed"
