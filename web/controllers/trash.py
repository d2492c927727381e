"""The trash in the browser: restore, or delete for good."""

from litestar import Controller, get, post
from litestar.params import FromPath

from web.controllers.shown_rows import most_of
from web.http.forms import fields_of
from web.http.request import QueryString
from web.http.responses import VIEWS, Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.overview import Overviews
from web.services.row_facts import row_facts
from web.services.trash import Trash
from web.services.view_statements import MOST_OF_A_DAY
from web.services.views import Views


class TrashController(Controller):
    path = "/trash"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, views: Views, overviews: Overviews, query: QueryString) -> Rendered:
        most = most_of(fields_of(query))
        shown = views.trash(most)
        more = f"/trash?shown={most + MOST_OF_A_DAY}" if shown.is_cut else None
        facts = row_facts(overviews, shown.rows)
        return page("trash/index.html", partial="trash/_list.html", trash=shown, facts=facts, more=more)

    @post("/{task_id:int}/delete")
    @unit_of_work
    def delete(self, trash: Trash, task_id: FromPath[int]) -> Rendered:
        trash.remove_task(task_id)
        return _changed("Deleted for good")

    @post("/lists/{list_id:int}/restore")
    @unit_of_work
    def restore_list(self, lists: Lists, list_id: FromPath[int]) -> Rendered:
        return _changed(f"Restored: {lists.restore(list_id).name}")

    @post("/lists/{list_id:int}/delete")
    @unit_of_work
    def delete_list(self, trash: Trash, list_id: FromPath[int]) -> Rendered:
        trash.remove_list(list_id)
        return _changed("Deleted for good")

    @post("/labels/{label_id:int}/restore")
    @unit_of_work
    def restore_label(self, labels: Labels, label_id: FromPath[int]) -> Rendered:
        return _changed(f"Restored: {labels.restore(label_id).name}")

    @post("/labels/{label_id:int}/delete")
    @unit_of_work
    def delete_label(self, trash: Trash, label_id: FromPath[int]) -> Rendered:
        trash.remove_label(label_id)
        return _changed("Deleted for good")


def _changed(announcement: str) -> Rendered:
    return partials("shared/_announcement.html", VIEWS, back="/trash", announcement=announcement)
