"""Export: a page with the formats, and a download of each."""

from litestar import Controller, get
from litestar.response import Stream

from web.domain.actor import Actor
from web.http.dependencies import SignedInUser
from web.http.request import AnyRequest
from web.http.responses import Rendered, page
from web.http.streaming import download
from web.http.unit_of_work import unit_of_work
from web.services.exports import FORMATS, exported

# Each file, its name and what is in it.
FILES = (
    ("daybook.json", "Daybook", "Everything, to keep or to import into another Daybook. It comes back as it was."),
    ("daybook.csv", "CSV", "Your tasks for a spreadsheet."),
    ("daybook.txt", "todo.txt", "A task on each line, without notes."),
    ("daybook.md", "Markdown", "Your tasks to read and to print."),
    ("daybook.ics", "iCalendar", "Your tasks for calendar programs."),
)


class ExportsController(Controller):
    path = "/settings/export"
    include_in_schema = False

    @get("/", serves_closing=True)
    @unit_of_work
    def index(self) -> Rendered:
        return page("exports/index.html", partial="exports/_files.html", files=FILES)

    @get([f"/{name}" for name in FORMATS], serves_closing=True)
    async def file(self, request: AnyRequest, current_user: SignedInUser) -> Stream:
        """No unit of work: each part is read with a connection of its own, whenever the browser takes it."""
        actor = Actor(current_user.id, preferences=current_user.preferences)
        name = request.scope["path"].rpartition("/")[2]
        return download(exported(request.app.state.database, actor, name), name, FORMATS[name][1])
