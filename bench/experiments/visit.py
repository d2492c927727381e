"""Runs Lighthouse on a first visit: `python -m bench.experiments.visit [--times 3]`.

Tests the sign-in page and the list of 50 tasks with Lighthouse's phone and desktop presets. Prints medians and the
audits that keep a score below 100. The performance score depends on the load of the machine, which the title shows.
The first run installs Lighthouse into bench/browser.
"""

import argparse
import json
import os
import statistics
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.experiments.clicks import site_with_tasks
from testkit.chromium import find_chromium
from tests.system.site import Site
from web.auth.node import find_node, npm_ci

FOLDER = Path(__file__).parents[1] / "browser"
COMMAND = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
SETTINGS: dict[str, list[str]] = {"phone": [], "desktop": ["--preset=desktop"]}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FIGURES = {
    "first paint": "first-contentful-paint",
    "largest paint": "largest-contentful-paint",
    "blocked": "total-blocking-time",
    "shift": "cumulative-layout-shift",
}
Report = dict[str, Any]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=3)
    times = options.parse_args().times
    if not COMMAND.exists():
        npm_ci(FOLDER)
    console = Console(width=120)
    table = Table("page", "as on a", *CATEGORIES, *FIGURES, "requests", "bytes")
    imperfect: list[str] = []
    with site_with_tasks() as (site, cookie):
        for path, headers in {"/sign-in": {}, "/tasks": {"Cookie": cookie}}.items():
            for name, setting in SETTINGS.items():
                reports = [_report(site, path, headers, setting) for _ in range(times)]
                table.add_row(path, name, *_scores(reports), *_figures(reports), *_fetched(reports[0]))
                imperfect += [f"{path}, {name}: {sentence}" for sentence in _imperfect_audits(reports)]
    table.title = f"Lighthouse {reports[0]['lighthouseVersion']}, load of the machine {os.getloadavg()[0]:.1f}"
    console.print(table, *imperfect, sep="\n")


def _report(site: Site, path: str, headers: dict[str, str], setting: list[str]) -> Report:
    """Run Lighthouse, a second time if it fails: now and then it misses the start of the page load."""
    try:
        return _run_lighthouse(site, path, headers, setting)
    except subprocess.CalledProcessError:
        return _run_lighthouse(site, path, headers, setting)


def _run_lighthouse(site: Site, path: str, headers: dict[str, str], setting: list[str]) -> Report:
    chromium = find_chromium()
    with TemporaryDirectory() as folder:
        file = Path(folder, "report.json")
        subprocess.run(
            [
                find_node(), COMMAND, site.url + path, "--quiet", "--output=json", f"--output-path={file}",
                f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={json.dumps(headers)}",
                "--chrome-flags=--headless=new --no-sandbox --no-pings --disable-domain-reliability", *setting,
            ],
            env={**os.environ, **chromium.environment, "CHROME_PATH": str(chromium.path)},
            check=True,
        )  # fmt: skip
        report: Report = json.loads(file.read_text())
    assert report["finalDisplayedUrl"] == site.url + path, report["finalDisplayedUrl"]
    return report


def _scores(reports: list[Report]) -> list[str]:
    return [
        f"{statistics.median(100 * report['categories'][name]['score'] for report in reports):.0f}"
        for name in CATEGORIES
    ]


def _figures(reports: list[Report]) -> list[str]:
    medians = [
        statistics.median(report["audits"][audit]["numericValue"] for report in reports) for audit in FIGURES.values()
    ]
    return [*(f"{milliseconds:.0f} ms" for milliseconds in medians[:-1]), f"{medians[-1]:.3f}"]


def _fetched(report: Report) -> list[str]:
    requests = report["audits"]["network-requests"]["details"]["items"]
    return [str(len(requests)), f"{sum(request['transferSize'] for request in requests):,}"]


def _imperfect_audits(reports: list[Report]) -> set[str]:
    """Audits that affect a score and scored below 0.9 in the best run."""
    weighted = {
        reference["id"]
        for name in CATEGORIES
        for reference in reports[0]["categories"][name]["auditRefs"]
        if reference["weight"]
    }
    return {
        f"{audit['title']} ({audit['score']:.2f}{', ' + audit['displayValue'] if 'displayValue' in audit else ''})"
        for audit in max(reports, key=lambda report: report["categories"]["performance"]["score"])["audits"].values()
        if audit["id"] in weighted and audit["score"] is not None and audit["score"] < 0.9
    }


if __name__ == "__main__":
    main()
