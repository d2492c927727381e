"""The bill of materials names every locked package; secrets and known holes are found where there are any."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.supply import audit, sbom, secrets

Vulnerable = Callable[[str], bool]


def test_the_bill_names_every_locked_package_with_its_hash() -> None:
    purls = {component["purl"]: component for component in sbom.components()}

    for file in sbom.PYTHON:
        for name, version in re.findall(r"^([\w.-]+)==([^ ;\\]+)", (sbom.ROOT / file).read_text(), re.MULTILINE):
            assert f"pkg:pypi/{name}@{version}" in purls
    for file in sbom.NODE:
        for path, package in json.loads((sbom.ROOT / file).read_text())["packages"].items():
            name = path.rpartition("node_modules/")[2].replace("@", "%40")
            assert not name or f"pkg:npm/{name}@{package['version']}" in purls
    assert all(component["hashes"] for component in purls.values())
    assert purls["pkg:npm/better-auth@1.7.25"]["scope"] == "required"
    assert purls["pkg:npm/htmx.org@4.0.1"]["scope"] == "required"
    assert next(one for purl, one in purls.items() if purl.startswith("pkg:pypi/pytest@"))["scope"] == "excluded"


def test_the_bill_is_the_same_each_time_and_a_cyclonedx_document() -> None:
    first, second = sbom.document(), sbom.document()

    assert first == second
    assert (first["bomFormat"], first["specVersion"], first["version"]) == ("CycloneDX", "1.6", 1)
    for component in first["components"]:
        assert component.keys() <= {"type", "name", "version", "purl", "hashes", "licenses", "scope"}
        assert re.fullmatch(r"pkg:(pypi|npm)/[^@]+@[^@]+", component["purl"])
        lengths = {"SHA-256": 64, "SHA-384": 96, "SHA-512": 128, "SHA-1": 40}
        assert all(len(one["content"]) == lengths[one["alg"]] for one in component["hashes"])


def test_no_tracked_file_has_a_secret() -> None:
    assert [*secrets.in_files()] == []


# Made up here, in parts, so that this file has none.
EXAMPLES = {
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "A" * 64,
    "an AWS key": "AKIA" + "A1" * 8,
    "a GitHub token": "ghp_" + "a1" * 18,
    "a GitLab token": "glpat-" + "a" * 20,
    "an npm token": "npm_" + "a1" * 18,
    "a PyPI token": "pypi-AgEIcHlwaS5vcmc" + "a" * 50,
    "a Slack token": "xoxb-" + "1" * 20,
    "a Stripe key": "sk_live_" + "a" * 20,
    "a Google key": "AIza" + "a" * 35,
    "a Neon or cloud database": "postgresql://ada:" + "hunter22" + "@ep-x.eu.aws.neon.tech/book",
    "a token of Daybook": "dbk_" + "a1" * 20,
    "a signed JWT": ".".join(("eyJ" + "a" * 20, "eyJ" + "b" * 20, "c" * 43)),
    "a secret of a deployment": "BETTER_AUTH_SECRET=" + "0a" * 32,
}


@pytest.mark.parametrize("kind", secrets.KINDS)
def test_a_secret_is_found_and_not_printed(kind: str) -> None:
    assert secrets.kinds_in(f"x = '{EXAMPLES[kind]}'") == {kind}


class TestTheAudit:
    def test_fails_for_a_hole_in_what_users_run(self, capsys: pytest.CaptureFixture[str]) -> None:
        with answering(lambda purl: purl.startswith("pkg:npm/better-auth@")) as service:
            assert audit.main(service) == 1

        assert "pkg:npm/better-auth@1.7.25: https://osv.dev/vulnerability/GHSA-1" in capsys.readouterr().err

    def test_names_a_hole_in_what_only_tests_use(self, capsys: pytest.CaptureFixture[str]) -> None:
        with answering(lambda purl: purl.startswith("pkg:pypi/pytest@")) as service:
            assert audit.main(service) == 0

        assert "(tests only)" in capsys.readouterr().err

    def test_is_skipped_with_a_count_where_the_service_does_not_answer(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert audit.main("http://127.0.0.1:9/") == 0

        words = f"skipped: {len(sbom.components())} components were not judged (ConnectError)"
        assert words in capsys.readouterr().err


@contextmanager
def answering(is_vulnerable: Vulnerable) -> Iterator[str]:
    """The address of a service that answers as OSV does."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            purls = [query["package"]["purl"] for query in asked["queries"]]
            found: list[dict[str, Any]] = [
                {"vulns": [{"id": "GHSA-1"}]} if is_vulnerable(purl) else {} for purl in purls
            ]
            body = json.dumps({"results": found}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
