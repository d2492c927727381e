"""The page of a code: what is wrong, a wrong and a right model."""

from collections.abc import Sequence
from importlib.resources import files

from model_doctor.codes import CODES, LEVELS
from model_doctor.similar import most_similar


class NoPage(Exception):
    """There is no such code."""


def page(given: Sequence[str]) -> str:
    """The pages of the codes, or without a code the list of all. Raises NoPage."""
    return "\n\n".join(_page(code) for code in given) if given else _list()


def _page(code: str) -> str:
    if code not in CODES:
        like = most_similar(code, CODES)
        raise NoPage(f"there is no code {code}{f'; {like} is meant?' if like else ': model-doctor explain lists all'}")
    return files("model_doctor").joinpath("pages", f"{code}.md").read_text(encoding="utf-8").strip()


def _list() -> str:
    width = max(map(len, CODES))
    lines = [f"{name:{width}}  {CODES[name].level}" for level in LEVELS for name in CODES if CODES[name].level == level]
    return "\n".join(lines)
