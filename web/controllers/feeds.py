"""Calendar feeds: the calendar itself, whose address is all that it needs, and the addresses in the settings."""

import asyncio
import logging
from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.auth.identity import Credentials
from web.db.database import Database
from web.domain.access_tokens import FEED_PREFIX, digest_of, is_token
from web.domain.errors import InvalidField, NotFound, NotPossible
from web.domain.timestamps import utc_now
from web.http.api.answering import is_known
from web.http.api.request_limit import RequestLimit
from web.http.forms import Form
from web.http.request import FEEDS, AnyRequest, AppUrl, header
from web.http.response_headers import sent_cookie
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.feed import FeedDraft
from web.services.feed_tasks import feed_page, note_read
from web.services.feeds import Feeds, sources
from web.services.labels import Labels
from web.services.lists import Lists

log = logging.getLogger("daybook.feeds")
INDEX = "/settings/feeds"
# Its draft can go, as after a redirect.
DONE = {"Set-Cookie": sent_cookie(INDEX)}
SUFFIX = ".ics"
REVOKED = "Revoked. Calendars with that address get nothing from now on."
KINDS = {"events": "Events on their due day", "todos": "To-dos, with and without a date"}


@get(FEEDS + "{name:str}", public=True, include_in_schema=False)
async def calendar(request: AnyRequest, name: FromPath[str]) -> Response[bytes | None]:
    """No search engine may keep it, and no cache: an address that is revoked gives nothing any more."""
    token = name.removesuffix(SUFFIX)
    if not name.endswith(SUFFIX) or not is_token(token, FEED_PREFIX):
        raise NotFound("No address of a feed of ours")
    digest = digest_of(token)
    limit: RequestLimit = request.app.state.request_limit
    headers = {**limit.count(digest), "X-Robots-Tag": "noindex"}
    database: Database = request.app.state.database
    found = await database.run(lambda one: feed_page(one, digest), writing=False, transaction=False)
    if found.is_due(now := utc_now()):
        await _note_read(database, found.feed_id, now)
    headers["ETag"] = found.tag
    if is_known(header(request, b"if-none-match"), found.tag):
        return Response(None, status_code=304, headers=headers)
    written = await asyncio.to_thread(found.written, request.app.state.settings.app_url)
    return Response(written, media_type="text/calendar", headers=headers)


async def _note_read(database: Database, feed_id: int, now: datetime) -> None:
    """Never fails the request."""
    try:
        await database.run(lambda one: note_read(one, feed_id, now), writing=True, transaction=True)
    except Exception as problem:
        log.warning("The use of a calendar address was not noted: %s", type(problem).__name__)


class FeedsController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(
        self, feeds: Feeds, lists: Lists, labels: Labels, credentials: Credentials, done: FromQuery[str] = ""
    ) -> Rendered:
        said, is_proved = REVOKED if done == "revoked" else "", credentials.is_proved(utc_now())
        return _index(feeds, lists, labels, Form.blank(FeedDraft), said=said, is_proved=is_proved)

    @post("/")
    @unit_of_work
    def add(
        self,
        feeds: Feeds,
        lists: Lists,
        labels: Labels,
        credentials: Credentials,
        form: Form[FeedDraft],
        app_url: AppUrl,
    ) -> Rendered:
        """The address is in this answer and nowhere else, so there is no redirect to another page."""
        credentials.require_proof(utc_now())
        try:
            if form.draft is not None:
                made = feeds.add(form.draft, form.key)
                address = f"{app_url}{FEEDS}{made.token}{SUFFIX}" if made.token else None
                blank = Form.blank(FeedDraft)
                shown: dict[str, Any] = {"made": made, "address": address, "headers": DONE}
                return _index(feeds, lists, labels, blank, partial="feeds/_made.html", **shown)
        except (NotPossible, InvalidField) as problem:
            form.refused(problem)
        return _index(feeds, lists, labels, form, partial="feeds/_new.html", status=422)

    @post("/{feed_id:int}/revoke")
    @unit_of_work
    def revoke(self, feeds: Feeds, feed_id: FromPath[int]) -> Rendered:
        feeds.revoke(feed_id)
        return partials("shared/_announcement.html", back=f"{INDEX}?done=revoked", announcement=REVOKED)


def _index(
    feeds: Feeds,
    lists: Lists,
    labels: Labels,
    form: Form[FeedDraft],
    *,
    partial: str = "feeds/_list.html",
    status: int = 200,
    **context: Any,
) -> Rendered:
    context = {"is_proved": True} | context
    context |= {"feeds": feeds.all(), "form": form, "sources": sources(lists, labels), "kinds": KINDS}
    return page("feeds/index.html", partial=partial, status=status, **context)
