"""Import: choose a file, look at what it becomes, begin; then its progress, its receipt and Undo."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any
from uuid import uuid4

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from web.auth.identity import CurrentUser
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import NotPossible
from web.formats.csv_rows import Header
from web.formats.opening import CHUNK, LARGEST_FILE
from web.formats.report import Report
from web.formats.table import FIELDS, guessed
from web.http.budgets import spend_budget
from web.http.dependencies import SignedInUser
from web.http.forms import FORM, Form, idempotency_key, read_fields
from web.http.request import AnyRequest, PostedFields, WakeImports, header
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.import_run import ImportRun, ImportText
from web.services.imports import Imports, operation_of

INDEX = "/settings/import"
# Besides the file: its headers in the form, and the other fields.
AROUND = 64 * 1024
PASTED = "Pasted text"


class ImportsController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, imports: Imports) -> Rendered:
        return _index(imports, Form.blank(ImportText))

    @post("/", budget="imports", request_max_body_size=LARGEST_FILE + AROUND)
    async def upload(self, request: AnyRequest, current_user: SignedInUser) -> Response[Any]:
        """A file, or pasted text. No unit of work: the file arrives before a connection of the database is taken."""
        spend_budget(request, current_user.id)
        upload = await _Upload.of(request)
        database: Database = request.app.state.database
        return await database.run(
            lambda connection: upload.store(Imports(connection, _actor(current_user, upload.key))).rendered(request),
            writing=True,
            transaction=True,
        )

    @get("/{import_id:int}")
    @unit_of_work
    def show(self, imports: Imports, import_id: FromPath[int], wake: WakeImports) -> Rendered:
        run = imports.get(import_id)
        if run.is_working:
            wake()
        return page("imports/show.html", partial="imports/_run.html", **_context(run))

    @post("/{import_id:int}/begin")
    @unit_of_work
    def begin(self, imports: Imports, import_id: FromPath[int]) -> Rendered:
        return _changed(imports.begin(import_id))

    @post("/{import_id:int}/cancel")
    @unit_of_work
    def cancel(self, imports: Imports, import_id: FromPath[int]) -> Rendered:
        return _changed(imports.cancel(import_id))

    @post("/{import_id:int}/read", budget="imports")
    @unit_of_work
    def read(self, imports: Imports, import_id: FromPath[int], fields: PostedFields) -> Rendered:
        """Again, in another encoding or with other columns."""
        columns = _columns(fields)
        return _changed(imports.read_again(import_id, encoding=fields.get("encoding", ""), columns=columns or None))


class _Upload:
    """What the form sends: a file, or text that was pasted into it."""

    def __init__(self, name: str, content: IO[bytes] | None, form: Form[ImportText], key: str) -> None:
        self.name, self.content, self.form = name, content, form
        self.key = idempotency_key(key) or str(uuid4())

    @classmethod
    async def of(cls, request: AnyRequest) -> "_Upload":
        """Raises BadForm."""
        if header(request, b"content-type").startswith(FORM):
            fields: Mapping[str, Any] = read_fields(await request.body(), header(request, b"content-type"))
        else:
            fields = await request.form()
        file = fields.get("file")
        has_file = isinstance(file, UploadFile) and bool(file.filename)
        texts = {name: value for name, value in fields.items() if isinstance(value, str)}
        form = Form.blank(ImportText) if has_file else Form.read(ImportText, texts)
        if isinstance(file, UploadFile) and has_file:
            return cls(file.filename, file.file, form, texts.get("op", ""))
        return cls(PASTED, None, form, texts.get("op", ""))

    def store(self, imports: Imports) -> Rendered:
        try:
            if self.content is None and self.form.draft is None:
                return _index(imports, self.form, status=422)
            return _changed(imports.upload(self.name, self._chunks(), self.key))
        except NotPossible as problem:
            return _index(imports, self.form.refused(problem), status=422)

    def _chunks(self) -> Iterator[bytes]:
        if self.content is None:
            yield (self.form.draft.text if self.form.draft else "").encode()
            return
        self.content.seek(0)
        while chunk := self.content.read(CHUNK):
            yield chunk


def _index(imports: Imports, form: Form[ImportText], status: int = 200) -> Rendered:
    runs: Sequence[ImportRun] = imports.latest()
    return page("imports/index.html", partial="imports/_upload.html", status=status, form=form, runs=runs)


def _changed(run: ImportRun) -> Rendered:
    return partials("imports/_run.html", back=f"{INDEX}/{run.id}", **_context(run))


def _context(run: ImportRun) -> dict[str, Any]:
    report = Report.of_json(run.report) if run.report else Report()
    chosen = {int(number): name for number, name in (run.columns or {}).items()}
    columns = chosen or guessed(Header(report.columns, ",", 1))
    return {
        "run": run,
        "report": report,
        "operation": operation_of(run),
        "choices": {name: words for name, (words, _) in FIELDS.items()},
        "columns": [(number, name, columns.get(number, "")) for number, name in enumerate(report.columns)],
    }


def _columns(fields: Mapping[str, str]) -> dict[int, str]:
    """column-3=title: the field of the fourth column; of a field that is chosen twice the first column counts."""
    found: dict[int, str] = {}
    for name, value in fields.items():
        kind, _, number = name.partition("-")
        is_column = kind == "column" and number.isascii() and number.isdigit() and len(number) <= 3
        if is_column and value in FIELDS and value not in found.values():
            found[int(number)] = value
    return found


def _actor(user: CurrentUser, operation: str) -> Actor:
    return Actor(user.id, operation, user.preferences)
