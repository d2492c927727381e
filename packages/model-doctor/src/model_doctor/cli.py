"""The command `model-doctor`."""

import argparse
import os
import sys
from collections.abc import Sequence

from sqlalchemy import make_url

from model_doctor.examining import examine


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report on the modules; the exit code is 0 without findings, 1 with some, 2 where something failed."""
    options = _parser().parse_args(arguments)
    sys.path.insert(0, os.getcwd())
    report = examine(options.modules, make_url(options.database) if options.database else None)
    print(report.as_json() if options.json else report.as_text())
    return report.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="model-doctor", description="Find mistakes in SQLAlchemy and SQLModel models."
    )
    parser.add_argument("modules", nargs="+", metavar="MODULE", help="a module or package that can be imported here")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--database", metavar="URL", help="compare the models with this database too; it is only read")
    return parser
