"""The parts of the OpenAPI document that no handler says: headers, problems, ways to sign in."""

from typing import Any

from web.http.api.problems import DETAILS
from web.services.exports import FORMATS

INFO: dict[str, Any] = {
    "title": "Daybook",
    "version": "1",
    "description": (
        "The tasks of a person, for programs: the same services as the pages, with the same history and Undo.\n\n"
        "Bodies are JSON in UTF-8 and are read strictly: an unknown field is an error. Moments are RFC 3339 in UTC, "
        "days are plain dates. Errors are problem details (RFC 9457). Every change answers with the header "
        "`Operation`, which `POST /api/undo/{operation}` takes back."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
}
BEARER = (
    "A personal access token (dbk_…) from Settings, a JWT of Better Auth (/api/auth/token), or a signed session token "
    "of Better Auth (the header set-auth-token)."
)
# What is answered where all went well.
DESCRIPTIONS = {200: "As it is now.", 201: "What was made.", 304: "Not modified: the client has it already."}
PROBLEMS = {str(status): sentence for status, sentence in DETAILS.items() if status not in (405, 500)}


def security_schemes(session_cookie: str) -> dict[str, Any]:
    """The ways to say for whom a request is."""
    return {
        "token": {"type": "http", "scheme": "bearer", "description": BEARER},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": session_cookie,
            "description": "The session cookie, for pages of Daybook's own origin.",
        },
    }


def _header(description: str, example: str, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}, "example": example}


HEADERS: dict[str, Any] = {
    "ETag": _header("The version of a record and a digest of the answer.", '"7.3f1c"'),
    "Location": _header("The address of what was made.", "/api/tasks/7"),
    "Link": _header("The next page.", '</api/tasks?after=…>; rel="next"'),
    "Operation": _header("Takes this change back: POST /api/undo/{operation}.", "0b9f6c1e-…"),
    "RateLimit": _header("What is left of the limit, and seconds until it begins again.", '"default";r=599;t=60'),
    "RateLimit-Policy": _header("The limit: requests, and the seconds that they count for.", '"default";q=600;w=60'),
}


# How a change is taken back, for clients that follow links.
UNDO_LINK: dict[str, Any] = {
    "Undo": {
        "operationId": "post_undo_operation",
        "parameters": {"operation": "$response.header.Operation"},
        "description": "Takes this change back.",
    }
}


def _header_parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


PARAMETERS: dict[str, Any] = {
    "If-Match": _header_parameter(
        "If-Match",
        'The version that the change is based on, as "7", or the ETag that it came with. 412 for another one.',
        {"type": "string", "pattern": r'^("[0-9]{1,18}(\.[0-9a-f]+)?"|\*)?$'},
    ),
    "If-None-Match": _header_parameter(
        "If-None-Match", "The ETag of the answer that the client has. 304 where it is still that.", {"type": "string"}
    ),
    "Idempotency-Key": _header_parameter(
        "Idempotency-Key",
        (
            "The same request under the same key is done once, and gets the same answer for 24 hours, whatever "
            "happened since. 422 with another body."
        ),
        {"type": "string", "pattern": r"^[!-~]{0,255}$"},
    ),
}


def path_parameter(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": 1}
    if name == "operation":
        schema = {"type": "string", "format": "uuid"}
    elif name == "user_id":
        schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
    elif name == "file_name":
        schema = {"type": "string", "enum": [*FORMATS]}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def query_parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    described = dict(schema)
    parameter = {"name": name, "in": "query", "required": False, "description": described.pop("description", "")}
    return {**parameter, "schema": described}
