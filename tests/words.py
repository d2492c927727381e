"""`python -m tests.words` finds words and names that the house style replaces, in every tracked file of ours.

Prints them by file; exit code 1 if there is any. Vendored files, lock files and landed migrations are left out.
"""

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
# With brackets, so that this file does not contain the words.
PROSE = re.compile(
    r"(?<![a-z])(who[e]ver|(?:no|some|every|any)[b]ody|an[e]w|no[\s_]+n[e]ws|put[\s_]+as[i]de)(?![a-rt-z])",
    re.IGNORECASE,
)
NAMES = """
    Seats Seat NoSeat DATABASE_SEATS Visit one_statement connect_aside A_MOMENT OFTEN OUTDATED STRANGE task_words_due
    take_in walked_or_all may_pass PASSING AWAY Mendable cure plant strangers stranger wipe piece pieces Plain say
    place_of inside mine owned Person person Found Sender SignIn Gateway Visitor Refused Unreachable moment moments
    Moment moment_now MOMENT task_rules LEFT_ALONE act acts
"""
REPLACED = frozenset(NAMES.split())
# An account of the operating system, and the old name of a variable that still works.
ALLOWED = {
    "packages/testkit/testkit/account.py": {"nobody"},
    "tests/test_settings.py": {"DATABASE_SEATS"},
    "web/settings.py": {"DATABASE_SEATS"},
}
# The tests of the doctor contain models of other projects, with their own nouns.
LEFT_OUT = re.compile(
    r"(^|/)vendor/|package-lock\.json$|requirements.*\.txt$|^tests/(test_)?words\.py$|^alembic/versions/[\d_]+_00(0\d|10)_"
    r"|^packages/model-doctor/tests/(corpus|environments|faults|world)/"
)
TEXT = {"", ".css", ".example", ".html", ".ini", ".js", ".json", ".mako", ".md", ".mjs", ".py", ".toml", ".yaml"}
CSS_CLASS = re.compile(r"[.]([a-zA-Z][\w-]*)(?=[^{}]*\{)")
JAVASCRIPT = re.compile(r"//[^\n]*|/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`|([A-Za-z_$][\w$]*)", re.DOTALL)
ENVIRONMENT = re.compile(r"^([A-Z][A-Z_]+)=", re.MULTILINE)


def main() -> int:
    found = {path: words for path in tracked() if (words := findings(path))}
    for path, words in found.items():
        print(f"{path}: {len(words)} ({', '.join(sorted(set(words)))})", file=sys.stderr)
    if found:
        total = sum(len(words) for words in found.values())
        print(f"{total} words and names to replace in {len(found)} files", file=sys.stderr)
    return 1 if found else 0


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [path for path in listed.splitlines() if not LEFT_OUT.search(path)]
    return [path for path in paths if Path(path).suffix in TEXT and (ROOT / path).is_file()]


def findings(path: str) -> list[str]:
    source, stem = (ROOT / path).read_text(), Path(path).stem
    words = [" ".join(word.lower().split()) for word in PROSE.findall(f"{path}\n{source}")]
    names = [*identifiers(Path(path), source), stem, *re.split(r"[\W_]", stem)]
    found = words + [name for name in names if name in REPLACED]
    return [word for word in found if word not in ALLOWED.get(path, ())]


def identifiers(path: Path, source: str) -> Iterator[str]:
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        yield from (token.string for token in tokens if token.type == tokenize.NAME)
    elif path.suffix in (".js", ".mjs"):
        yield from JAVASCRIPT.findall(source)
    elif path.suffix == ".css":
        yield from (part for name in CSS_CLASS.findall(source) for part in (name, *re.split(r"[-_]+", name)))
    elif path.suffix in ("", ".example"):
        yield from ENVIRONMENT.findall(source)


if __name__ == "__main__":
    sys.exit(main())
