"""How large the code is: lines by share, functions, files. `.venv/bin/python -m bench.experiments.code_size`."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

from bench.data import ROOT

# What Daybook exists for, and what carries it. A folder belongs to the first share that names it.
SHARES = {
    "product": ("domain", "services", "models", "controllers", "formats", "explain.py"),
    "http": ("http", "app.py"),
    "mail, push, webhooks": ("mail", "push", "webhooks", "mail_settings.py"),
    "db": ("db", "database_url.py"),
    "schema": ("schema",),
    "data to try it with": ("seeds",),
    "server, auth": ("server", "auth", "settings.py", "__init__.py"),
    "commands": ("cli.py", "command_errors.py", "maintenance.py", "operators.py", "transfers.py"),
    "command line over the API": ("client",),
}
LONG_FILE, LONG_FUNCTION = 300, 25


def files(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "__pycache__" not in path.parts]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def share_of(path: Path) -> str:
    first = path.relative_to(ROOT / "web").parts[0]
    return next(share for share, names in SHARES.items() if first in names)


def functions(path: Path) -> Iterator[int]:
    """The lines of each function's body, without its docstring."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            yield (body[-1].end_lineno or 0) - body[0].lineno + 1


def print_shares(console: Console) -> None:
    web = files("web")
    total = sum(map(lines, web))
    table = Table("web/", "lines", "share", title=f"{len(web)} files, {total:,} lines")
    for share in SHARES:
        count = sum(lines(path) for path in web if share_of(path) == share)
        table.add_row(share, f"{count:,}", f"{count / total:.0%}")
    console.print(table)


def print_functions(console: Console) -> None:
    table = Table("", "files", "over 300 lines", "functions", "median", "p90", "over 25 lines")
    for folder in ("web", "packages/model-doctor/src", "bench", "tests"):
        found = files(folder)
        sizes = [size for path in found for size in functions(path)]
        long_files = sum(lines(path) > LONG_FILE for path in found)
        p90 = quantiles(sizes, n=10)[-1]
        long = sum(size > LONG_FUNCTION for size in sizes)
        table.add_row(folder, *map(str, (len(found), long_files, len(sizes), median(sizes), round(p90), long)))
    console.print(table)


if __name__ == "__main__":
    print_shares(Console())
    print_functions(Console())
