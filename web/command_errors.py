"""How the commands of every part report what is wrong, with their arguments too."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from web.domain.errors import CommandError

Command = TypeVar("Command", bound=Callable[..., Any])


class WholeNumber(click.IntRange):
    """A whole number in a range. Click itself calls anything else "not a valid integer range"."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number.", param, ctx)
        return super().convert(value, param, ctx)


def reports_errors(command: Command) -> Command:
    """Print a CommandError as one sentence and exit with its code. Other exceptions keep their traceback."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except CommandError as problem:
            reported = click.ClickException(str(problem))
            # Declared for classes; Click reads it from the instance.
            reported.exit_code = problem.exit_code  # type: ignore[misc]
            raise reported from problem

    return run  # type: ignore[return-value]
