"""The demo: one believable life, written as its owner would write it, in lines for quick add.

Days are relative to the day of seeding: `{0}` is today, `{-2}` two days ago. Lines that begin with `x` are done, on the
day they name; indented ones are steps of the line above.
"""

import re
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, update

from web.domain.actor import Actor
from web.domain.days import shifted
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.event import Event
from web.models.list import NewList
from web.models.task import Task
from web.models.task_drafts import NewTask, QuickLine
from web.services.lists import Lists
from web.services.quick_add import QuickAdd
from web.services.tasks import Tasks

# The name of each list, its colour, and the list that it is in.
LISTS = (
    ("Home", "green", ""),
    ("Garden", "teal", ""),
    ("Work", "blue", ""),
    ("Quarterly report", "violet", "Work"),
    ("Lisbon in spring", "orange", ""),
    ("Books", "grey", ""),
)
LINES = """
Ask Nadia for her bread recipe
A present for Tom and Ines // They move in together in January. Something for the new kitchen?
Find out why the printer prints pink
Look for the blue scarf @errand // The café on Mill Lane, or the train.
Renew the passport #Home {-3} p1 // The old one, two photos, the form. The office closes at noon on Wednesdays.
Pay the electricity bill #Home {-1} p2 @desk
Water the tomatoes #Garden {0} every 3 days // Two cans for each bed; the one by the wall dries out first.
Call Grandma #Home {0} 18:00 every sunday p2 @phone
Bread, lemons, oat milk #Home {0} @errand
Send the draft to Priya #"Quarterly report" {0} 16:00 p1 @desk
    Numbers for October
    x Check the totals against the ledger
    x Write the summary
    Ask Goran about page 4
    Read it once aloud
Return the library books #Books {0} @errand // The one about lighthouses can be renewed, the others cannot.
Yoga with Hana {0} 19:30 every thursday
Stretch for ten minutes {0} every! day
x Empty the dishwasher #Home {0}
x Answer the landlord about the window #Home {0} @desk
x Book a table for Saturday {0} @phone
Take the bicycle to the repair shop #Home {1} 9:00 @errand // Rear brake, and the light that flickers.
Team lunch #Work {1} 12:30
Pick up the parcel #Home {1} @errand // Bring the card that the postman left.
Dentist {2} 8:15 p2 // Ask about the night guard.
Farmers' market #Garden {2} every saturday @errand
Plan the week {3} 17:00 every sunday @desk
Book the flights #"Lisbon in spring" {4} p1 @desk // Not the one at six. See https://example.com/fares first.
Rent the flat for twelve days #"Lisbon in spring" {6} @desk
Invoice for November #Work {5} every month p2 @desk
Review Emeka's slides #Work {5} // He presents on Friday.
Change the filter of the kitchen hood #Home {8} every! 3 months
Plant the garlic #Garden start {2} due {9} // Pointy end up, a hand's width apart.
Collect the figures for the appendix #"Quarterly report" start {1} due {7} @desk
Renew the domain #Work {12} every year
Write to Freya {14} // It has been since summer.
Winter tyres #Home start {3} due {16} @phone
Christmas cards {18} @desk
Practise twenty words of Portuguese #"Lisbon in spring" {20} every weekday
Tax papers #Home {45} p2 @desk
Prune the apple tree #Garden {70}
The Waves, Virginia Woolf #Books
The Summer Book, Tove Jansson #Books
Ask at the shop for the new Ishiguro #Books @errand
Museum of tiles, closed on Mondays #"Lisbon in spring"
x Clean the gutters #Garden {-1}
x Sharpen the kitchen knives #Home {-1}
x Report on the visit to Leeds #Work {-2}
x Buy seeds for spring #Garden {-3}
x Cancel the old phone contract #Home {-4} @phone
"""
_DAY = re.compile(r"\{(-?\d+)\}")


def live(connection: Connection, actor: Actor) -> None:
    """Write the demo for a user, as one operation that Undo leaves alone. A second time it adds nothing."""
    lists = Lists(connection, actor)
    ids: dict[str, int | None] = {"": None}
    for name, colour, parent in LISTS:
        draft = NewList.model_validate({"name": name, "colour": colour, "parent_id": ids[parent]})
        ids[name] = lists.add(draft, _key(name)).id
    today, above = actor.preferences.today(utc_now()), None
    for line in filter(None, LINES.split("\n")):
        if line.startswith(" "):
            _write_step(connection, actor, line.strip(), above)
        else:
            above = _write(connection, actor, line, today)
    events = table_of(Event)
    connection.execute(update(events).where(events.c.operation == actor.operation).values(undone_by=actor.operation))


def _write(connection: Connection, actor: Actor, line: str, today: date) -> Task:
    found, done = _DAY.search(line), line.startswith("x ")
    day = shifted(today, int(found[1])) if found else today
    # The day of what is done is that of its completion.
    words = _DAY.sub("", line[2:]) if done else _DAY.sub(lambda match: str(shifted(today, int(match[1]))), line)
    task = QuickAdd(connection, actor).add(QuickLine(title=words), _key(line))
    if done and not task.completed:
        _complete(connection, actor, task, today - day)
    return task


def _write_step(connection: Connection, actor: Actor, line: str, above: Task | None) -> None:
    assert above
    title, done = line.removeprefix("x "), line.startswith("x ")
    step = Tasks(connection, actor).add(NewTask(title=title, parent_id=above.id), _key(line))
    if done and not step.completed:
        _complete(connection, actor, step, timedelta())


def _complete(connection: Connection, actor: Actor, task: Task, ago: timedelta) -> None:
    """So many days ago, at an hour that has passed today, even just after midnight."""
    Tasks(connection, actor).complete(task.id or 0)
    table, now = table_of(Task), utc_now()
    clock = actor.preferences.now(now).time()
    since_midnight = timedelta(hours=clock.hour, minutes=clock.minute)
    at = now - since_midnight * (1 + (task.id or 0) % 8) / 10 - ago
    connection.execute(update(table).where(table.c.id == task.id).values(completed_at=at))


def _key(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"demo {name}"))
