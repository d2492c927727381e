"""Runs Lighthouse on a first visit: `python -m bench.experiments.visit [--times 3] [--only /today]`.

Tests the sign-in page and, for a user with 150 tasks, each kind of page, with Lighthouse's phone and desktop presets
and in both colour schemes. Prints medians and the audits that keep a score below 100. The performance score depends on
the load of the machine, which the title shows. The first run installs Lighthouse into bench/browser.
"""

import argparse
import json
import os
import statistics
import subprocess
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlmodel import col, select

from bench.experiments.clicks import site_with_tasks
from testkit.chromium import find_chromium
from tests.system.site import Site
from web.auth.node import find_node, npm_ci
from web.models.preferences import UserPreferences
from web.models.task import Task
from web.models.user import User

FOLDER = Path(__file__).parents[1] / "browser"
COMMAND = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
PRESETS: dict[str, list[str]] = {"phone": [], "desktop": ["--preset=desktop"]}
SCHEMES = ("light", "dark")
SIGN_IN = "/sign-in"
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
    options.add_argument("--only", action="append", help="Pages whose path begins so.")
    options.add_argument("--scheme", action="append", choices=SCHEMES, help="Both by default.")
    arguments = options.parse_args()
    if not COMMAND.exists():
        npm_ci(FOLDER)
    console = Console(width=140)
    table = Table("page", "as on a", "in", *CATEGORIES, *FIGURES, "requests", "bytes")
    imperfect: list[str] = []
    with site_with_tasks() as (site, cookie):
        paths = [path for path in _paths(site) if path.startswith(tuple(arguments.only or "/"))]
        for scheme, path, preset in product(arguments.scheme or SCHEMES, paths, PRESETS):
            _choose(site, scheme)
            headers = {} if path == SIGN_IN else {"Cookie": cookie}
            reports = [_report(site, path, headers, PRESETS[preset]) for _ in range(arguments.times)]
            table.add_row(path, preset, scheme, *_scores(reports), *_figures(reports), *_fetched(reports[0]))
            imperfect += [f"{path}, {preset}, {scheme}: {sentence}" for sentence in _imperfect_audits(reports)]
    table.title = f"Lighthouse {reports[0]['lighthouseVersion']}, load of the machine {os.getloadavg()[0]:.1f}"
    console.print(table, *imperfect, sep="\n")


def _paths(site: Site) -> list[str]:
    """One of each kind of page: the first list, and its first task."""
    with site.database.reading() as session:
        list_id, task_id = session.exec(
            select(Task.list_id, Task.id)
            .where(col(Task.list_id).is_not(None), col(Task.parent_id).is_(None), ~col(Task.completed))
            .order_by(col(Task.list_id), col(Task.id))
            .limit(1)
        ).one()
    return [SIGN_IN, "/today", "/upcoming", f"/lists/{list_id}", f"/tasks/{task_id}", "/tasks", "/settings"]


def _choose(site: Site, scheme: str) -> None:
    """As in the settings of the user; the sign-in page follows the system, which is light."""
    with site.database.transaction() as session:
        (user,) = session.exec(select(User.id)).all()
        session.merge(UserPreferences(user_id=user, time_zone="UTC", scheme=scheme))


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
    """Audits that affect a score and scored below 0.9 in the best run, and what moved."""
    weighted = {
        reference["id"]
        for name in CATEGORIES
        for reference in reports[0]["categories"][name]["auditRefs"]
        if reference["weight"]
    }
    moved = {f"moved: {snippet}" for report in reports for snippet in _moved(report)}
    best = max(reports, key=lambda report: report["categories"]["performance"]["score"])
    return moved | {
        f"{audit['title']} ({audit['score']:.2f}{_where(audit)})"
        for audit in best["audits"].values()
        if audit["id"] in weighted and audit["score"] is not None and audit["score"] < 0.9
    }


def _moved(report: Report) -> list[str]:
    """The elements that changed their place while the page loaded."""
    items = report["audits"].get("layout-shifts", {}).get("details", {}).get("items", ())
    return [item["node"]["snippet"] for item in items if "node" in item]


def _where(audit: dict[str, Any]) -> str:
    """What Lighthouse measured, or the first element that it names."""
    if "displayValue" in audit:
        return f", {audit['displayValue']}"
    items = audit.get("details", {}).get("items") or [{}]
    return f", {items[0]['node']['snippet']}" if "node" in items[0] else ""


if __name__ == "__main__":
    main()
