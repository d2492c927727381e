"""Labels for programs: the same service as the pages."""

from litestar import Controller, delete, get, patch, post, put
from litestar.params import FromPath

from web.domain.actor import new_operation
from web.http.api.answering import Answer, Items, api, created
from web.http.api.reading import Body, IfMatch, Patch
from web.models.label import LabelDraft, LabelOut
from web.services.labels import Labels


class LabelsApi(Controller):
    path = "/api/labels"

    @get("/")
    @api
    def index(self, labels: Labels) -> Items[LabelOut]:
        """All labels, oldest first."""
        return Items.of([LabelOut.of(label) for label in labels.all()])

    @post("/")
    @api
    def create(self, labels: Labels, data: Body[LabelDraft]) -> Answer[LabelOut]:
        """Add a label. 409 for a name that is taken, whatever its case."""
        return created(LabelOut.of(labels.add(data, new_operation())), at="/api/labels")

    @get("/{label_id:int}")
    @api
    def show(self, labels: Labels, label_id: FromPath[int]) -> LabelOut:
        """One label."""
        return LabelOut.of(labels.get(label_id))

    @put("/{label_id:int}")
    @api
    def replace(self, labels: Labels, label_id: FromPath[int], data: Body[LabelDraft], expected: IfMatch) -> LabelOut:
        """Replace name and colour of a label."""
        return LabelOut.of(labels.revise(label_id, LabelDraft, lambda _: data, expected))

    @patch("/{label_id:int}")
    @api
    def update(self, labels: Labels, label_id: FromPath[int], data: Patch[LabelDraft], expected: IfMatch) -> LabelOut:
        """Change some fields of a label."""
        return LabelOut.of(labels.revise(label_id, LabelDraft, data.applied_to, expected))

    @delete("/{label_id:int}")
    @api
    def remove(self, labels: Labels, label_id: FromPath[int], expected: IfMatch) -> None:
        """Move a label to the trash. Idempotent."""
        labels.expect(label_id, expected)
        labels.delete(label_id)

    @post("/{label_id:int}/restore", status_code=200)
    @api
    def restore(self, labels: Labels, label_id: FromPath[int]) -> LabelOut:
        """Bring a deleted label back, with all tasks that had it. Idempotent."""
        return LabelOut.of(labels.restore(label_id))
