"""`python -m tests.supply.sbom [FILE]` writes the software bill of materials: CycloneDX 1.6 of all lock files.

The same files give the same text: no time and no random serial number. What only tests and benchmarks use has the scope
`excluded`.
"""

import json
import re
import sys
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
# Lock files, and whether users of Daybook run what they name.
PYTHON = {
    "requirements.txt": True,
    "requirements-node.txt": True,
    "requirements-dev.txt": False,
    "requirements-bench.txt": False,
    "requirements-install.txt": False,
}
NODE = {"auth/package-lock.json": True, "packages/testkit/package-lock.json": False}
NODE |= {"bench/browser/package-lock.json": False}
_PINNED = re.compile(r"^([\w.-]+)==([^ ;\\]+)((?:.*\\\n)*.*)", re.MULTILINE)
_HASH = re.compile(r"--hash=(\w+):([0-9a-f]+)")
_ALGORITHMS = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512", "sha1": "SHA-1"}

Component = dict[str, Any]


def main() -> None:
    text = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if sys.argv[1:]:
        Path(sys.argv[1]).write_text(text)
    else:
        sys.stdout.write(text)


def document() -> dict[str, Any]:
    found = components()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "daybook", "version": _version()}},
        "components": found,
    }


def components() -> list[Component]:
    """One per package and version, those of the running application first in each; sorted by purl."""
    found: dict[str, Component] = {}
    for file, is_used in sorted({**PYTHON, **NODE}.items(), key=lambda item: not item[1]):
        read = _python if file in PYTHON else _node
        for component in read((ROOT / file).read_text()):
            scoped = {**component, "scope": "required" if is_used else "excluded"}
            found.setdefault(component["purl"], scoped)
    for component in vendored():
        found.setdefault(component["purl"], {**component, "scope": "required"})
    return [found[purl] for purl in sorted(found)]


def _python(text: str) -> Iterator[Component]:
    for name, version, rest in _PINNED.findall(text):
        hashes = [{"alg": _ALGORITHMS[kind], "content": digest} for kind, digest in _HASH.findall(rest)]
        purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
        yield {"type": "library", "name": name, "version": version, "purl": purl, "hashes": hashes}


def _node(text: str) -> Iterator[Component]:
    for path, package in json.loads(text)["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if not name or package.get("link"):
            continue
        kind, _, digest = package["integrity"].partition("-")
        yield {
            "type": "library",
            "name": name,
            "version": package["version"],
            "purl": f"pkg:npm/{quote(name, safe='/')}@{package['version']}",
            "hashes": [{"alg": _ALGORITHMS[kind], "content": b64decode(digest).hex()}],
            **({"licenses": [{"license": {"name": package["license"]}}]} if "license" in package else {}),
        }


def vendored() -> list[Component]:
    """The libraries in static/vendor, by the name and the version in the names of their files."""
    npm = {"htmx": "htmx.org", "sortable": "sortablejs", "swagger-ui": "swagger-ui-dist"}
    found = []
    for licence in sorted((ROOT / "static" / "vendor").glob("*.LICENSE")):
        stem, _, version = licence.name.removesuffix(".LICENSE").rpartition("-")
        files = sorted(licence.parent.glob(f"{stem}-{version}*.js"))
        hashes = [{"alg": "SHA-256", "content": sha256(file.read_bytes()).hexdigest()} for file in files]
        purl = f"pkg:npm/{npm[stem]}@{version}"
        found.append({"type": "library", "name": npm[stem], "version": version, "purl": purl, "hashes": hashes})
    return found


def _version() -> str:
    found = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found
    return found[1]


if __name__ == "__main__":
    main()
