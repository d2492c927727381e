"""The score of a response's headers by the rules of MDN's HTTP Observatory, for what Daybook sends.

The bonuses are those that @mdn/mdn-http-observatory 1.4.8 gives the same headers (https://developer.mozilla.org/en-US/
observatory/docs/tests_and_scoring). Whatever would cost points is a defect here, so it raises WeakHeaders instead.
"""

import re
from collections.abc import Mapping, Sequence

BASE = 100
HALF_A_YEAR = 15_768_000
PRIVATE_REFERRER = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


class WeakHeaders(Exception):
    """A header is missing or weaker than it should be. The text says which."""


def score(headers: Mapping[str, str], cookies: Sequence[str], page: str) -> int:
    """The score of an https response with these headers (names in lower case), Set-Cookie values and HTML."""
    bonuses = {
        "content security policy": _policy(directives(headers.get("content-security-policy", ""))),
        "cookies": _cookies(cookies),
        "cross-origin resource policy": 10 if headers.get("cross-origin-resource-policy") == "same-origin" else 0,
        "framing": 5,
        "referrer policy": _referrer(headers.get("referrer-policy", "")),
        "subresource integrity": _scripts(page),
    }
    _require_transport_security(headers.get("strict-transport-security", ""))
    _require(headers.get("x-content-type-options") == "nosniff", "X-Content-Type-Options is not nosniff")
    _require("access-control-allow-origin" not in headers, "cross-origin reads are allowed")
    return BASE + sum(bonuses.values())


def directives(policy: str) -> dict[str, list[str]]:
    """The sources of each directive of a Content-Security-Policy."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name.lower(): sources for name, *sources in parts}


def _policy(policy: Mapping[str, Sequence[str]]) -> int:
    _require(bool(policy), "there is no Content-Security-Policy")
    sources = [source for name in policy for source in policy[name]]
    _require(not [source for source in sources if "unsafe" in source or source in ("*", "http:", "https:")], "unsafe")
    _require("data:" not in policy.get("script-src", policy["default-src"]), "scripts may come from data:")
    _require(policy.get("frame-ancestors") == ["'none'"], "pages can be framed")
    return 10 if policy["default-src"] == ["'none'"] else 5


def _cookies(cookies: Sequence[str]) -> int:
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        _require("secure" in attributes, f"a cookie is not Secure: {cookie.partition('=')[0]}")
        _require(any(part.startswith("samesite=") for part in attributes), "a cookie has no SameSite")
    return 5 if cookies else 0


def _referrer(policy: str) -> int:
    _require(policy in PRIVATE_REFERRER, "the Referrer-Policy is not private")
    return 5


def _scripts(page: str) -> int:
    """Scripts of our own origin need no integrity, so they bring no bonus; others would cost."""
    sources = re.findall(r"<script[^>]*\ssrc=\"([^\"]*)\"", page)
    _require(not [source for source in sources if not re.match(r"/(?!/)", source)], "a script of another origin")
    return 0


def _require_transport_security(value: str) -> None:
    age = re.search(r"max-age=(\d+)", value)
    _require(bool(age) and int(age[1] if age else 0) >= HALF_A_YEAR, "Strict-Transport-Security is too short")


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise WeakHeaders(problem)
