"""Lists and their sections for programs: the same service as the pages."""

from litestar import Controller, delete, get, patch, post, put
from litestar.params import FromPath

from web.domain.actor import new_operation
from web.http.api.answering import Answer, Items, api, created
from web.http.api.reading import Body, IfMatch, Patch
from web.models.list import ListDraft, ListOut, NewListBody, ParentBody
from web.services.lists import Lists


class ListsApi(Controller):
    path = "/api/lists"

    @get("/")
    @api
    def index(self, lists: Lists) -> Items[ListOut]:
        """All lists and sections in their order, archived ones too."""
        return Items.of([ListOut.of(one) for one in lists.in_order()])

    @post("/")
    @api
    def create(self, lists: Lists, data: Body[NewListBody]) -> Answer[ListOut]:
        """Add a list, at the top or inside another one. 409 for a name that is taken there."""
        return created(ListOut.of(lists.add(data, new_operation())), at="/api/lists")

    @get("/{list_id:int}")
    @api
    def show(self, lists: Lists, list_id: FromPath[int]) -> ListOut:
        """One list."""
        return ListOut.of(lists.get(list_id))

    @put("/{list_id:int}")
    @api
    def replace(self, lists: Lists, list_id: FromPath[int], data: Body[ListDraft], expected: IfMatch) -> ListOut:
        """Replace name and colour of a list."""
        return ListOut.of(lists.revise(list_id, ListDraft, lambda _: data, expected))

    @patch("/{list_id:int}")
    @api
    def update(self, lists: Lists, list_id: FromPath[int], data: Patch[ListDraft], expected: IfMatch) -> ListOut:
        """Change some fields of a list."""
        return ListOut.of(lists.revise(list_id, ListDraft, data.applied_to, expected))

    @delete("/{list_id:int}")
    @api
    def remove(self, lists: Lists, list_id: FromPath[int], expected: IfMatch) -> None:
        """Move a list with all that is in it to the trash, for 30 days."""
        lists.expect(list_id, expected)
        lists.delete(list_id)

    @post("/{list_id:int}/restore", status_code=200)
    @api
    def restore(self, lists: Lists, list_id: FromPath[int]) -> ListOut:
        """Bring a deleted list back, with all that was in it. Idempotent."""
        return ListOut.of(lists.restore(list_id))

    @put("/{list_id:int}/parent")
    @api
    def move(self, lists: Lists, list_id: FromPath[int], data: Body[ParentBody], expected: IfMatch) -> ListOut:
        """Move a list into another one, or to the top. Idempotent."""
        lists.expect(list_id, expected)
        return ListOut.of(lists.move(list_id, data.parent_id))

    @put("/{list_id:int}/archive")
    @api
    def archive(self, lists: Lists, list_id: FromPath[int]) -> ListOut:
        """Take a list with all that is in it out of the other views. Idempotent."""
        return ListOut.of(lists.archive(list_id))

    @delete("/{list_id:int}/archive", status_code=200)
    @api
    def unarchive(self, lists: Lists, list_id: FromPath[int]) -> ListOut:
        """Bring an archived list back into the views. Idempotent."""
        return ListOut.of(lists.unarchive(list_id))

    @get("/{list_id:int}/sections")
    @api
    def sections(self, lists: Lists, list_id: FromPath[int]) -> Items[ListOut]:
        """The sections of a list in their order."""
        found = lists.get(list_id)
        return Items.of([ListOut.of(one) for one in lists.in_order() if one.is_section and one.parent_id == found.id])

    @post("/{list_id:int}/sections")
    @api
    def create_section(self, lists: Lists, list_id: FromPath[int], data: Body[ListDraft]) -> Answer[ListOut]:
        """Add a section at the end of a list."""
        section = NewListBody.model_construct(**data.model_dump(), parent_id=lists.get(list_id).id, is_section=True)
        return created(ListOut.of(lists.add(section, new_operation())), at="/api/lists")
