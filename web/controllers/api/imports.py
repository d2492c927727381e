"""Imports for programs: send a file, look at what it becomes, begin; then its progress and its receipt.

The same service as the page. The file is read and imported outside of these requests.
"""

from collections.abc import Iterator
from typing import IO

from litestar import Controller, get, post
from litestar.params import FromPath

from web.domain.actor import new_operation
from web.formats.opening import CHUNK, LARGEST_FILE
from web.http.api.answering import Answer, Items, api, created
from web.http.api.reading import Body, Query
from web.http.request import IncomingFile, WakeImports
from web.models.import_body import ImportOut, ImportQuery, ReadingBody
from web.models.import_run import ImportRun
from web.services.imports import Imports, operation_of


class ImportsApi(Controller):
    path = "/api/imports"

    @get("/")
    @api
    def index(self, imports: Imports) -> Items[ImportOut]:
        """The latest imports, newest first."""
        return Items.of([_out(run) for run in imports.latest()])

    @post("/", budget="imports", request_max_body_size=LARGEST_FILE)
    @api
    def create(self, imports: Imports, wanted: Query[ImportQuery], file: IncomingFile) -> Answer[ImportOut]:
        """Send a file, as it is. It is read first: ask for the import until its `state` is `ready`.

        Its `report` then says what the file becomes. 409 for an empty file, and while three others wait.
        """
        return created(_out(imports.upload(wanted.file_name, _chunks(file), new_operation())), at="/api/imports")

    @get("/{import_id:int}")
    @api
    def show(self, imports: Imports, import_id: FromPath[int], wake: WakeImports) -> ImportOut:
        """Where an import is, with its preview, its progress, or its receipt."""
        run = imports.get(import_id)
        if run.is_working:
            wake()
        return _out(run)

    @post("/{import_id:int}/begin", status_code=200)
    @api
    def begin(self, imports: Imports, import_id: FromPath[int]) -> ImportOut:
        """Import what the preview says: all of it or nothing. Idempotent. 409 while it is not `ready`."""
        return _out(imports.begin(import_id))

    @post("/{import_id:int}/cancel", status_code=200)
    @api
    def cancel(self, imports: Imports, import_id: FromPath[int]) -> ImportOut:
        """Drop the file; what was imported is removed again. Idempotent. 409 once it is done: then there is Undo."""
        return _out(imports.cancel(import_id))

    @post("/{import_id:int}/read", budget="imports", status_code=200)
    @api
    def read(self, imports: Imports, import_id: FromPath[int], data: Body[ReadingBody]) -> ImportOut:
        """Read the file again, in another encoding or with other columns."""
        columns = {int(number): name for number, name in data.columns.items()} if data.columns else None
        return _out(imports.read_again(import_id, encoding=data.encoding or "", columns=columns))


def _out(run: ImportRun) -> ImportOut:
    return ImportOut.with_report(run, operation_of(run))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
