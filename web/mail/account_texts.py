"""The words of the messages about an account, one entry for each kind."""

from dataclasses import dataclass

from web.models.outgoing_mail import MailKind


@dataclass(frozen=True)
class AccountText:
    """`subject` and `paragraphs` name facts of the message as {fact}. `link` has the words of its link to {url}."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str = ""


_NOT_YOU = "If that was not you, choose a new password at once: {app_url}/forgot-password"
TEXTS = {
    MailKind.RESET_PASSWORD: AccountText(
        "Choose a new password",
        (
            "A new password was asked for, for your account. The link works once, for an hour.",
            "If that was not you, do nothing: your password stays as it is.",
        ),
        "Choose a new password",
    ),
    MailKind.VERIFY_EMAIL: AccountText(
        "Confirm your email address",
        (
            "Confirm that this address is yours, so that Daybook can send emails to it. The link works for an hour.",
            "If you have no account here, do nothing.",
        ),
        "Confirm this address",
    ),
    MailKind.CONFIRM_EMAIL_CHANGE: AccountText(
        "Confirm your new email address",
        (
            "You asked to sign in as {new_email} from now on. Confirm it here; the next message goes to that address. "
            "The link works for an hour.",
            _NOT_YOU,
        ),
        "Change the address",
    ),
    MailKind.VERIFY_NEW_EMAIL: AccountText(
        "Confirm your new email address",
        (
            "Confirm that this address is yours: from then on you sign in with it. The link works for an hour.",
            "If you have no account here, do nothing.",
        ),
        "Use this address",
    ),
    MailKind.PASSWORD_CHANGED: AccountText(
        "Your password was changed", ("The password of your account was changed.", _NOT_YOU)
    ),
    MailKind.EMAIL_CHANGED: AccountText(
        "Your email address was changed",
        (
            "Your account has another email address now: {new_email}. You sign in with that one.",
            "If that was not you, tell the operator of this Daybook: {app_url}",
        ),
    ),
    MailKind.EMAIL_CONFIRMED: AccountText(
        "Your email address is confirmed",
        (
            "The operator of this Daybook has confirmed that this address is yours. Reminders can be sent to it now.",
            "If you have no account here, tell the operator: {app_url}",
        ),
    ),
    MailKind.NEW_SIGN_IN: AccountText(
        "A new sign-in to your account",
        (
            "Your password was entered in a browser that had not been used for your account: {device}, on {when}.",
            _NOT_YOU,
        ),
    ),
    MailKind.NEW_PASSKEY_SIGN_IN: AccountText(
        "A new sign-in to your account",
        (
            "A passkey signed in from a browser that had not been used for your account: {device}, on {when}.",
            "If that was not you, sign in and delete the passkey: {app_url}/settings/passkeys",
        ),
    ),
    MailKind.DELETION_LINK: AccountText(
        "Delete your account",
        (
            "You asked to delete your account, with everything in it. The link works once, for an hour; after that you "
            "have two weeks to keep the account.",
            _NOT_YOU,
        ),
        "Delete my account",
    ),
    MailKind.DELETION_ASKED: AccountText(
        "Your account will be deleted",
        (
            "The deletion of your account was asked for. It is deleted in two weeks, with everything in it.",
            "Until then you can keep it: sign in at {app_url}.",
            _NOT_YOU,
        ),
    ),
    MailKind.DELETION_TAKEN_BACK: AccountText(
        "Your account is kept", ("The deletion of your account was taken back.", _NOT_YOU)
    ),
    MailKind.TWO_FACTOR_ON: AccountText(
        "Two-factor authentication is on", ("Signing in to your account asks for a code of your app now.", _NOT_YOU)
    ),
    MailKind.TWO_FACTOR_OFF: AccountText(
        "Two-factor authentication is off", ("Signing in to your account needs the password alone.", _NOT_YOU)
    ),
    MailKind.BACKUP_CODES_MADE: AccountText(
        "You have new backup codes", ("New backup codes were made for your account. The old ones are void.", _NOT_YOU)
    ),
    MailKind.PASSKEY_ADDED: AccountText(
        "A passkey was added", ("A new passkey can sign in to your account.", _NOT_YOU)
    ),
    MailKind.PASSKEY_DELETED: AccountText(
        "A passkey was deleted", ("A passkey of your account was deleted. It can sign in no more.", _NOT_YOU)
    ),
    MailKind.NAME_CHANGED: AccountText("Your name was changed", ("The name of your account was changed.", _NOT_YOU)),
    MailKind.SESSIONS_ENDED: AccountText(
        "Browsers were signed out", ("One or more browsers were signed out of your account.", _NOT_YOU)
    ),
}
