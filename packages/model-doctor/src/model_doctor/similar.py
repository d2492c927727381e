"""Which known name a misspelt one most likely means."""

import difflib
from collections.abc import Iterable

# Below this two names are different words: `discounts` and `accounts` reach 0.71, `Customer` and `CustomField` 0.63.
NEARLY_THE_SAME = 0.8


def most_similar(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs in case, underscores, plural or a letter or two; None if there is no such name."""
    choices = [one for one in dict.fromkeys(known) if one != name]
    same = [one for one in choices if _normal(one) == _normal(name)]
    if same:
        return same[0]
    near = [one for one in choices if one[:1].lower() == name[:1].lower()]
    return next(iter(difflib.get_close_matches(name, near, 1, NEARLY_THE_SAME)), None)


def _normal(name: str) -> str:
    """Without case, underscores and a plural ending."""
    bare = name.lower().replace("_", "")
    if bare.endswith("ies"):
        return bare[:-3] + "y"
    return bare[:-2] if bare.endswith(("ses", "xes", "ches", "shes")) else bare.removesuffix("s")
