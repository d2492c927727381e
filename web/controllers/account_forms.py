"""What the pages about an account share. Their forms are checked here; what Better Auth refuses is the form again."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from litestar import Response

from web.auth.agreement import UNTRUSTED_ORIGIN, AuthMisconfigured
from web.auth.client import ClientInfo
from web.auth.endpoints import MAX_EMAIL, MAX_NAME
from web.auth.errors import AuthRejected
from web.auth.identity import CurrentUser
from web.domain.email_addresses import EMAIL
from web.domain.text import is_blank, is_printable
from web.http.error_answers import too_many_sentence
from web.http.forms import AccountForm
from web.http.request import AnyRequest, client_info, shown_path
from web.http.responses import Page, page
from web.http.unit_of_work import with_index

log = logging.getLogger("daybook.auth")
# Better Auth's own limits.
MIN_PASSWORD, MAX_PASSWORD = 8, 128
NOT_THE_CODE = "That code is not right. Enter the one that your app shows now."
# For each of Better Auth's error codes, the field it is about (empty: the whole form) and the message.
MESSAGES = {
    "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL": ("email", "An account with this email already exists. Sign in instead."),
    "USER_ALREADY_EXISTS": ("email", "An account with this email already exists. Sign in instead."),
    # The email is the only field that Better Auth validates.
    "VALIDATION_ERROR": ("email", "Enter an email address, such as ada@example.com."),
    "INVALID_EMAIL": ("email", "Enter an email address, such as ada@example.com."),
    "PASSWORD_TOO_SHORT": ("password", "Use at least 8 characters."),
    "PASSWORD_TOO_LONG": ("password", "Use at most 128 characters."),
    "PASSWORD_TOO_COMMON": ("password", "Many people use this password, so it is guessed first. Choose another one."),
    "PASSWORD_OF_CONTEXT": (
        "password",
        "“Daybook”, your name and your email address are guessed first. Use at least 8 other characters.",
    ),
    "INVALID_EMAIL_OR_PASSWORD": ("", "Wrong email or password."),
    "INVALID_PASSWORD": ("current_password", "That is not your current password."),
    "CREDENTIAL_ACCOUNT_NOT_FOUND": ("current_password", "That is not your current password."),
    "INVALID_CODE": ("code", NOT_THE_CODE),
    "TOTP_ALREADY_ENABLED": ("", "It is on already. Load this page again."),
    "TOTP_NOT_ENABLED": ("", "Begin again, with your password."),
    "PASSKEY_NOT_FOUND": ("", "This passkey was deleted here. Confirm in another way."),
    **dict.fromkeys(
        ("AUTHENTICATION_FAILED", "CHALLENGE_NOT_FOUND", "USER_NOT_VERIFIED"),
        ("", "The passkey was not accepted. Try again, or confirm in another way."),
    ),
    "ACCOUNT_DISABLED": ("", "This account is disabled. Ask the operator of this Daybook."),
    "EMAIL_NOT_VERIFIED": ("", "Open the link in the message that was sent to you, then sign in."),
}


def signed_out_client(request: AnyRequest) -> ClientInfo:
    """Do not forward existing cookies when signing in or up."""
    return replace(client_info(request.scope), cookies="")


def missing(**values: str) -> dict[str, str]:
    """A sentence for each of these fields that is empty."""
    messages = {
        "name": "Enter your name.",
        "email": "Enter your email address.",
        "password": "Enter your password.",
        "current_password": "Enter your current password.",
    }
    return {name: messages[name] for name, value in values.items() if is_blank(value)}


def errors_of(**values: str) -> dict[str, str]:
    """Everything that is wrong with these of name, email and password, at once.

    Better Auth reports one field at a time, and some without saying why.
    """
    errors = missing(**values)
    if "email" in values and not EMAIL.fullmatch(values["email"]):
        errors.setdefault("email", MESSAGES["INVALID_EMAIL"][1])
    # As JavaScript counts, in UTF-16 code units.
    length = len(values.get("password", " " * MIN_PASSWORD).encode("utf-16-le", "surrogatepass")) // 2
    if not MIN_PASSWORD <= length <= MAX_PASSWORD:
        code = "PASSWORD_TOO_SHORT" if length < MIN_PASSWORD else "PASSWORD_TOO_LONG"
        errors.setdefault("password", MESSAGES[code][1])
    for name, limit in (("name", MAX_NAME), ("email", MAX_EMAIL)):
        value = values.get(name, "")
        if not is_printable(value):
            errors.setdefault(name, "Remove the control characters.")
        if len(value) > limit:
            errors.setdefault(name, f"{name.title()}s can be up to {limit} characters (this one is {len(value):,}).")
    return errors


def rejected(request: AnyRequest, name: str, form: AccountForm, rejection: AuthRejected, **context: Any) -> Page:
    """The page with the form and the reason. Raises AuthMisconfigured where not the user is the reason."""
    if rejection.code in UNTRUSTED_ORIGIN:
        raise AuthMisconfigured(
            f"Better Auth answered {rejection.code}: its baseURL or trustedOrigins must have APP_URL, "
            f"{request.app.state.settings.app_url}."
        )
    log.warning("%s was refused: %s", shown_path(request.scope), rejection.code or rejection.status)
    if rejection.is_too_many:
        form.problem = too_many_sentence(rejection)
        return page(name, status=429, form=form, headers={"Retry-After": str(rejection.retry_after)}, **context)
    field, sentence = MESSAGES.get(rejection.code, ("", "Your details were not accepted. Check them and try again."))
    if field:
        form.errors = {field: sentence}
    else:
        form.problem = sentence
    return page(name, status=422, form=form, **context)


async def changed(
    request: AnyRequest,
    user: CurrentUser,
    name: str,
    form: AccountForm,
    change: Callable[[], Awaitable[Response[Any]]],
    **context: Any,
) -> Response[Any]:
    """The answer to `change`, which calls Better Auth; or the page `name` again, with what is wrong with its form."""
    answer: Response[Any]
    if form.errors:
        answer = page(name, status=422, form=form, **context)
    else:
        try:
            answer = await change()
            request.app.state.wake_mails()
        except AuthRejected as rejection:
            answer = rejected(request, name, form, rejection, **context)
    return await with_index(request, user, answer) if isinstance(answer, Page) else answer
