"""The endpoints of Better Auth that Daybook passes on, and what a call of one may contain.

All others are not found: Better Auth has more, of no use here, and its database limits count each path apart. With
`/delete-user` a session would delete the account at once; Daybook has a page for that (web/controllers/deletion.py).
The list follows https://github.com/better-auth/better-auth, `packages/better-auth/src/api/routes`. What is sent on is
built from what was checked, so two readings of one request cannot differ.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias
from urllib.parse import parse_qsl, urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from web.domain.errors import NotFound
from web.domain.text import is_blank, is_printable

# Characters.
MAX_NAME = 100
MAX_EMAIL = 255
MAX_TEXT = 2_000
MOST_PARAMETERS = 10
# What one program resolves and the next one does not, in the path that a call leads back to.
_UNCLEAR = re.compile(r"//|/\.|\\|%")
JSON = "application/json"


class InvalidCall(Exception):
    """Better Auth could not read this call. The text says why."""


class WrongMethod(Exception):
    """The endpoint has another method, which is the text."""


def _printable(text: str) -> str:
    if not is_printable(text):
        raise ValueError("Remove the control characters.")
    return text


def _visible(text: str) -> str:
    if is_blank(text):
        raise ValueError("Enter a text that can be seen.")
    return text


def _clear(address: str) -> str:
    if address.startswith("/") and _UNCLEAR.search(re.split("[?#]", address, maxsplit=1)[0]):
        raise ValueError("Lead back to a plain path.")
    return address


Text: TypeAlias = Annotated[str, StringConstraints(max_length=MAX_TEXT), AfterValidator(_printable)]
# Where a call leads back to. Better Auth resolves a path and keeps what is left: of /..//elsewhere, another host.
Return: TypeAlias = Annotated[Text, AfterValidator(_clear)]
Name: TypeAlias = Annotated[
    str, StringConstraints(max_length=MAX_NAME), AfterValidator(_printable), AfterValidator(_visible)
]
Email: TypeAlias = Annotated[str, StringConstraints(max_length=MAX_EMAIL), AfterValidator(_printable)]


def _alias(name: str) -> str:
    """`callbackURL` for callback_url, as Better Auth writes it."""
    return to_camel(name).replace("Url", "URL")


class EmptyBody(BaseModel):
    """A body without fields, and the base of the others: other fields and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=_alias)


class SignUpBody(EmptyBody):
    name: Name
    email: Email
    password: Text
    remember_me: bool = True
    callback_url: Return = ""


class SignInBody(EmptyBody):
    email: Email
    password: Text
    remember_me: bool = True
    callback_url: Return = ""


class ChangePasswordBody(EmptyBody):
    current_password: Text
    new_password: Text
    revoke_other_sessions: bool = False


class ChangeEmailBody(EmptyBody):
    new_email: Email
    # Asked for by Daybook's own Better Auth (auth/account.mjs).
    password: Text = ""
    callback_url: Return = ""


class UpdateUserBody(EmptyBody):
    name: Name


class RequestPasswordResetBody(EmptyBody):
    email: Email
    redirect_to: Return = ""


class ResetPasswordBody(EmptyBody):
    new_password: Text
    token: Text = ""


class SendVerificationEmailBody(EmptyBody):
    email: Email
    callback_url: Return = ""


class RevokeSessionBody(EmptyBody):
    token: Text


class CredentialBody(EmptyBody):
    """What a browser's `PublicKeyCredential.toJSON()` has (https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON)."""

    id: Text
    raw_id: Text
    type: Text
    response: dict[str, str | int | list[str] | None]
    client_extension_results: dict[str, Any]
    authenticator_attachment: Text | None = None


class VerifyRegistrationBody(EmptyBody):
    response: CredentialBody
    name: Name


class VerifyAuthenticationBody(EmptyBody):
    response: CredentialBody


def checked_credential(text: str) -> dict[str, Any]:
    """The answer of a passkey as a script sends it in a field of a form, as JSON. Raises InvalidCall."""
    return dict(json.loads(_checked_body(CredentialBody, JSON, text.encode(errors="replace"))))


RESET_LINK = "/reset-password/:token"
# A GET has no body.
ENDPOINTS: Mapping[str, type[EmptyBody] | None] = {
    "/sign-up/email": SignUpBody,
    "/sign-in/email": SignInBody,
    "/sign-out": EmptyBody,
    "/get-session": None,
    # A JWT of the session, and the keys that verify one.
    "/token": None,
    "/jwks": None,
    "/revoke-session": RevokeSessionBody,
    "/revoke-sessions": EmptyBody,
    "/revoke-other-sessions": EmptyBody,
    "/change-password": ChangePasswordBody,
    "/update-user": UpdateUserBody,
    # Passkeys need a script, which asks these; the settings list and delete them.
    "/passkey/generate-register-options": None,
    "/passkey/verify-registration": VerifyRegistrationBody,
    "/passkey/generate-authenticate-options": None,
    "/passkey/verify-authentication": VerifyAuthenticationBody,
    # Only a Better Auth that sends mail offers these.
    "/change-email": ChangeEmailBody,
    "/request-password-reset": RequestPasswordResetBody,
    "/reset-password": ResetPasswordBody,
    RESET_LINK: None,
    "/send-verification-email": SendVerificationEmailBody,
    "/verify-email": None,
}
_RESET_LINK = re.compile(r"/reset-password/[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True)
class Call:
    """A checked call of an endpoint: its path and query below Better Auth's base path, and its JSON body."""

    method: str
    address: str
    body: bytes = b""


def checked_call(method: str, path: str, query: str, content_type: str, body: bytes) -> Call:
    """The call to send on. `path` is below `/api/auth`, decoded; `query` is as sent.

    Raises NotFound for an unknown path, WrongMethod, and InvalidCall.
    """
    name = RESET_LINK if _RESET_LINK.fullmatch(path) else path
    if name not in ENDPOINTS or (name == RESET_LINK) != (path != name):
        raise NotFound("no endpoint of Better Auth that Daybook uses")
    model = ENDPOINTS[name]
    allowed = "GET" if model is None else "POST"
    if method != allowed:
        raise WrongMethod(allowed)
    address = path + (f"?{_checked_query(query)}" if query else "")
    return Call(method, address, _checked_body(model, content_type, body) if model else b"")


def _checked_query(query: str) -> str:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError as problem:
        raise InvalidCall("The query cannot be read.") from problem
    for text in (text for pair in pairs for text in pair):
        if len(text) > MAX_TEXT or not is_printable(text):
            raise InvalidCall(f"A parameter can have up to {MAX_TEXT:,} characters, and no control characters.")
    try:
        for address in (text for name, text in pairs if name == "callbackURL"):
            _clear(address)
    except ValueError as problem:
        raise InvalidCall(str(problem)) from problem
    return urlencode(pairs)


def _checked_body(model: type[EmptyBody], content_type: str, body: bytes) -> bytes:
    if body and content_type.partition(";")[0].strip().lower() != JSON:
        raise InvalidCall(f"The body must be {JSON}.")
    try:
        checked = model.model_validate_json(body or b"{}")
    except ValidationError as problem:
        error = problem.errors()[0]
        raise InvalidCall(": ".join([*map(str, error["loc"]), str(error["msg"])])) from problem
    return checked.model_dump_json(exclude_unset=True, by_alias=True).encode()
