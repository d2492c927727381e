"""A check that crashes costs that check: a finding says so, and the others go on."""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model_doctor.findings import Finding, Place


@dataclass(frozen=True)
class Subject:
    """What a check is looking at: where it is written, for the report if the check crashes, and its names."""

    place: Callable[[], Place]
    names: tuple[str, ...] = ()


def guarded(check: Callable[..., Iterator[Finding]], subject: Subject, *given: Any) -> list[Finding]:
    """The findings of one check, about the subject; one that says so if the check crashes, and the others go on."""
    try:
        return [one if one.subjects else replace(one, subjects=subject.names) for one in check(*given)]
    except Exception as problem:
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        at = f"{Path(frame.filename).name}:{frame.lineno}"
        message = f"The check {check.__name__} crashed: {type(problem).__name__}: {problem} ({at})."
        fix = "report it to model-doctor, with these lines."
        return [Finding(subject.place(), "cannot-examine", message, fix, subject.names)]
