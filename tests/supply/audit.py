"""`python -m tests.supply.audit` asks OSV (https://osv.dev) for known holes in what the bill of materials names.

Prints one line per hole; exit code 1 if a component that users run has one. Where the service does not answer, the
audit is skipped, and says so with the number of components that were not judged.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from tests.supply.sbom import Component, components

SERVICE = "https://api.osv.dev/v1/querybatch"
TIMEOUT_SECONDS = 30
# How many the service takes at once.
MOST = 1000


@dataclass(frozen=True)
class Hole:
    """A known hole: its id at OSV, and the component that has it."""

    id: str
    purl: str
    is_used: bool

    def __str__(self) -> str:
        return f"{self.purl}: https://osv.dev/vulnerability/{self.id}" + ("" if self.is_used else " (tests only)")


class NotAnswered(Exception):
    """The service cannot be reached, or answers something else."""


def main(service: str = SERVICE) -> int:
    asked = components()
    try:
        found = holes(asked, service)
    except NotAnswered as reason:
        print(f"The audit was skipped: {len(asked)} components were not judged ({reason}).", file=sys.stderr)
        return 0
    for hole in found:
        print(hole, file=sys.stderr)
    print(f"{len(asked)} components, {len(found)} known holes", file=sys.stderr)
    return 1 if any(hole.is_used for hole in found) else 0


def holes(asked: Sequence[Component], service: str = SERVICE) -> list[Hole]:
    """The known holes of these components. Raises NotAnswered."""
    found = []
    for start in range(0, len(asked), MOST):
        some = asked[start : start + MOST]
        for component, answer in zip(some, _answers(some, service), strict=True):
            ids = [vulnerability["id"] for vulnerability in answer.get("vulns", [])]
            found += [Hole(one, component["purl"], component["scope"] == "required") for one in ids]
    return found


def _answers(asked: Sequence[Component], service: str) -> list[dict[str, list[dict[str, str]]]]:
    queries = [{"package": {"purl": component["purl"]}} for component in asked]
    try:
        answer = httpx.post(service, json={"queries": queries}, timeout=TIMEOUT_SECONDS).raise_for_status()
        results: list[dict[str, list[dict[str, str]]]] = answer.json()["results"]
    except (httpx.HTTPError, ValueError, KeyError) as problem:
        raise NotAnswered(type(problem).__name__) from problem
    return results


if __name__ == "__main__":
    sys.exit(main())
