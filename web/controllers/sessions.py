"""Where a user is signed in, in the settings: which browsers, since when, and ending those sessions."""

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from web.auth.identity import Credentials
from web.domain.timestamps import utc_now
from web.http.request import SessionToken
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.services.sessions import Sessions

INDEX = "/settings/sessions"
SENTENCES = {
    "ended": "Signed out there. That browser asks for a new sign-in.",
    "others": "Signed out everywhere else.",
}


class SessionsController(Controller):
    path = INDEX
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(self, sessions: Sessions, token: SessionToken, done: FromQuery[str] = "") -> Rendered:
        said = SENTENCES.get(done, "")
        return page("sessions/index.html", partial="sessions/_list.html", sessions=sessions.all(token), said=said)

    @post("/end-others")
    @unit_of_work
    def end_others(self, sessions: Sessions, credentials: Credentials, token: SessionToken) -> Rendered:
        credentials.require_proof(utc_now())
        sessions.end_others(token)
        return _done("others")

    @post("/{session_id:str}/end")
    @unit_of_work
    def end(self, sessions: Sessions, credentials: Credentials, session_id: FromPath[str]) -> Rendered:
        credentials.require_proof(utc_now())
        sessions.end(session_id)
        return _done("ended")


def _done(result: str) -> Rendered:
    return partials("shared/_announcement.html", back=f"{INDEX}?done={result}", announcement=SENTENCES[result])
