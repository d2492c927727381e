"""Several tasks at once, a line each."""

from litestar import Controller, post

from web.controllers.notices import several_words
from web.controllers.places import place_at
from web.domain.errors import NotPossible
from web.http.budgets import SpendMore
from web.http.forms import Form
from web.http.request import CurrentUrl, PostedFields
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.task_drafts import SeveralLines
from web.services.quick_add import QuickAdd
from web.services.several_preview import LinesPreview, SeveralPreview


class SeveralController(Controller):
    path = "/tasks/several"
    include_in_schema = False

    @post("/", budget="tasks")
    @unit_of_work
    def add(
        self,
        quick_add: QuickAdd,
        preview: SeveralPreview,
        form: Form[SeveralLines],
        fields: PostedFields,
        current_url: CurrentUrl,
        spend: SpendMore,
    ) -> Rendered:
        """A task for each line, with one Undo for all; the lines again where one of them is no task.

        With `preview` nothing is added: the answer says what the lines would become.
        """
        if fields.get("preview"):
            return _previewed(preview, form)
        try:
            if form.draft is not None:
                added = quick_add.add_several(form.draft, form.key)
                spend(len(added) - 1)
                back = place_at(current_url).url(added_several=str(len(added)), operation=form.key)
                return partials("tasks/_several.html", back=back, form=Form.blank(SeveralLines))
        except NotPossible as problem:
            form.refused(problem)
        return page("tasks/several.html", partial="tasks/_several.html", into="#several", status=422, form=form)


def _previewed(preview: SeveralPreview, form: Form[SeveralLines]) -> Rendered:
    found = preview.preview(form.draft) if form.draft else LinesPreview()
    summary = several_words(found.places, found.steps) or form.error("lines")
    form.errors.clear()
    partial = "tasks/_several_preview.html"
    return page("tasks/several.html", partial=partial, form=form, preview=found, summary=summary)
