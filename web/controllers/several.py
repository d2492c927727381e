"""Several tasks at once, a line each."""

from litestar import Controller, post

from web.controllers.places import place_at
from web.domain.errors import NotPossible
from web.http.forms import Form
from web.http.request import CurrentUrl
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.task_drafts import SeveralLines
from web.services.quick_add import QuickAdd


class SeveralController(Controller):
    path = "/tasks/several"
    include_in_schema = False

    @post("/")
    @unit_of_work
    def add(self, quick_add: QuickAdd, form: Form[SeveralLines], current_url: CurrentUrl) -> Rendered:
        """A task for each line, with one Undo for all; the lines again where one of them is no task."""
        try:
            if form.draft is not None:
                added = quick_add.add_several(form.draft, form.key)
                back = place_at(current_url).url(several=str(len(added)), operation=form.key)
                return partials("tasks/_several.html", back=back, form=Form.blank(SeveralLines))
        except NotPossible as problem:
            form.refused(problem)
        return page("tasks/several.html", partial="tasks/_several.html", into="#several", status=422, form=form)
