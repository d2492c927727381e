"""Calendar feeds for programs: which there are, and an end to one.

None is made here: the answer, which is stored for a request that is repeated, would hold the secret.
"""

from litestar import Controller, delete, get
from litestar.params import FromPath

from web.http.api.answering import Items, api
from web.models.feed import FeedOut
from web.services.feeds import Feeds


class FeedsApi(Controller):
    path = "/api/feeds"

    @get("/")
    @api
    def index(self, feeds: Feeds) -> Items[FeedOut]:
        """The calendar addresses that are not revoked, newest first, without their secret."""
        return Items.of([FeedOut.of(feed) for feed in feeds.all()])

    @delete("/{feed_id:int}")
    @api
    def remove(self, feeds: Feeds, feed_id: FromPath[int]) -> None:
        """Revoke a calendar address. Idempotent."""
        feeds.revoke(feed_id)
