"""Why a call of Better Auth has no answer to use."""

# Where Better Auth does not say when a call may come again: as long as its shortest window.
RETRY_SECONDS = 10


class AuthRejected(Exception):
    """Better Auth rejected the request: status, error code (may be empty), and when it may come again."""

    def __init__(self, status: int, code: str, wait_seconds: int = 0) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code
        # Seconds, where it came too often.
        self.retry_after = wait_seconds or RETRY_SECONDS

    @property
    def is_too_many(self) -> bool:
        return self.status == 429


class TooManyAttempts(AuthRejected):
    """Daybook did not pass the request on, because of wrong passwords before it."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(429, "TOO_MANY_ATTEMPTS", wait_seconds)


class TooManySignIns(AuthRejected):
    """So many others wait for the hash of a password that this one would not be answered in time."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(429, "TOO_MANY_SIGN_INS", wait_seconds)


class AccountDisabled(AuthRejected):
    """The password is right, and an operator has disabled the account."""

    def __init__(self) -> None:
        super().__init__(403, "ACCOUNT_DISABLED")


class SecondFactorRequired(Exception):
    """The password is right, and a code is needed too. `cookies` are Set-Cookie headers of the sign-in so far."""

    def __init__(self, cookies: list[str]) -> None:
        super().__init__("a second factor is required")
        self.cookies = cookies


class AuthUnavailable(Exception):
    """Better Auth does not answer, or cannot reach its database."""


class AuthFailed(Exception):
    """Better Auth answered with a 5xx: a bug of its own or of ours."""
