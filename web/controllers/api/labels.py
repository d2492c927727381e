"""Labels for programs: the same service as the pages."""

from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from web.http.json import Key, Version, created, key_of
from web.http.unit_of_work import unit_of_work
from web.models.label import LabelDraft, LabelOut
from web.services.labels import Labels


class LabelsApi(Controller):
    path = "/api/labels"

    @get("/")
    @unit_of_work
    def index(self, labels: Labels) -> list[LabelOut]:
        return [LabelOut.model_validate(label) for label in labels.all()]

    @post("/")
    @unit_of_work
    def create(self, labels: Labels, data: JSONBody[LabelDraft], key: Key = None) -> Response[LabelOut]:
        return created(LabelOut.model_validate(labels.add(data, key_of(key))), at="/api/labels")

    @get("/{label_id:int}")
    @unit_of_work
    def show(self, labels: Labels, label_id: FromPath[int]) -> LabelOut:
        return LabelOut.model_validate(labels.get(label_id))

    @put("/{label_id:int}")
    @unit_of_work
    def update(self, labels: Labels, label_id: FromPath[int], data: JSONBody[LabelDraft], version: Version) -> LabelOut:
        return LabelOut.model_validate(labels.edit(label_id, data, version))

    @delete("/{label_id:int}")
    @unit_of_work
    def delete(self, labels: Labels, label_id: FromPath[int]) -> None:
        labels.delete(label_id)
