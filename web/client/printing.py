"""Tasks on the standard output: a table on a terminal, lines with tabs in a pipe, or JSON lines."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from web.client.tasks import RemoteTasks, Task
from web.domain.text import shown_line

COLUMNS = ("id", "status", "title", "due", "priority", "list", "labels")
# A date in two lines is hard to read.
UNBROKEN = ("id", "status", "due", "priority")
NO_PRIORITY = 4


def print_tasks(tasks: Sequence[Task], remote: RemoteTasks, *, as_json: bool) -> None:
    """`remote` gives the names of their lists and labels."""
    if sys.stdout.isatty() and not as_json:
        _print_table([_texts(task, remote) for task in tasks])
    else:
        for task in tasks:
            print_task(task, remote, as_json=as_json)


def print_task(task: Task, remote: RemoteTasks, *, as_json: bool) -> None:
    """One that was just changed: a line, on a terminal without its empty columns."""
    if as_json:
        print_json(task)
    elif sys.stdout.isatty():
        _print_line("  ".join(filter(None, _texts(task, remote))))
    else:
        _print_line("\t".join(_texts(task, remote)))


def print_json(value: Any) -> None:
    _print_line(json.dumps(value, ensure_ascii=False))


def _print_line(line: str) -> None:
    """UTF-8 whatever the terminal says; half of a surrogate pair is escaped."""
    click.echo(line.encode(errors="backslashreplace"))


def _texts(task: Task, remote: RemoteTasks) -> list[str]:
    """One for each of COLUMNS, without control characters: to a terminal they would be commands."""
    texts = (
        str(task["id"]),
        "done" if task["completed"] else "open",
        task["title"],
        " ".join(filter(None, (task["due_on"], task["due_time"]))),
        "" if task["priority"] == NO_PRIORITY else f"p{task['priority']}",
        "".join(remote.names("lists", [task["list_id"]] if task["list_id"] else []).values()),
        ", ".join(remote.names("labels", task["labels"]).values()),
    )
    return [shown_line(text) for text in texts]


def _print_table(rows: list[list[str]]) -> None:
    """Without the columns that have nothing to say."""
    if not rows:
        click.echo("No tasks.", err=True)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    said = [{row[place] for row in rows} for place in range(len(COLUMNS))]
    shown = [place for place, texts in enumerate(said) if not texts <= {"", "open"} or COLUMNS[place] == "title"]
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place in shown:
        name = COLUMNS[place]
        table.add_column(name.capitalize(), overflow="fold", no_wrap=name in UNBROKEN)
    for row in rows:
        # As text: square brackets in a title are no markup.
        table.add_row(*(Text(row[place]) for place in shown), style="dim" if row[1] == "done" else "")
    Console().print(table)
