"""`python -m tests.supply.secrets` finds secrets in the tracked files, and with `--history` in every commit.

Prints the file and the kind, never the secret; exit code 1 if there is any.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
KINDS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
    "an AWS key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60})",
    "a GitLab token": r"\bglpat-[\w-]{20}",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": r"\bpypi-AgEIcHlwaS5vcmc[\w-]{50}",
    "a Slack token": r"\bxox[abprs]-[\w-]{20}",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{20}",
    "a Google key": r"\bAIza[\w-]{35}\b",
    "a Neon or cloud database": r"postgres(?:ql)?://[^\s:@/]+:[^\s:@/]{8,}@[\w.-]+\.(?:neon\.tech|amazonaws\.com)",
    "a token of Daybook": r"\bdb[kf]_[A-Za-z0-9]{36,}\b",
    "a signed JWT": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{40}",
    "a secret of a deployment": r"\bBETTER_AUTH_SECRET=[0-9a-f]{64}\b",
}
PATTERN = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, pattern in enumerate(KINDS.values())))
# Hashes are no secrets, and libraries are their makers'.
LEFT_OUT = re.compile(r"(^|/)vendor/|package-lock\.json$|requirements.*\.txt$")


def main() -> int:
    found = [*in_files(), *(in_history() if "--history" in sys.argv else ())]
    for place, kind in found:
        print(f"{place}: {kind}", file=sys.stderr)
    return 1 if found else 0


def kinds_in(text: str) -> set[str]:
    names = [*KINDS]
    return {names[int(str(match.lastgroup)[1:])] for match in PATTERN.finditer(text)}


def in_files() -> Iterator[tuple[str, str]]:
    for path in _git("ls-files").splitlines():
        if not LEFT_OUT.search(path) and (ROOT / path).is_file():
            text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
            yield from ((path, kind) for kind in sorted(kinds_in(text)))


def in_history() -> Iterator[tuple[str, str]]:
    """Lines that any commit added."""
    commit = ""
    for line in _git(
        "log", "--all", "-p", "--no-color", "--format=commit %h", "--", ".", ":!static/vendor"
    ).splitlines():
        if line.startswith("commit "):
            commit = line
        elif line.startswith("+"):
            yield from ((commit, kind) for kind in sorted(kinds_in(line)))


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
