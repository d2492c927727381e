"""Pages, one file per noun, and `api/`, the same services as JSON."""

from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from litestar import Controller
from litestar.handlers import HTTPRouteHandler


def route_handlers() -> list[Any]:
    """Every controller and handler of the modules in this package: a new file needs no registration."""
    modules = [import_module(found.name) for found in walk_packages(__path__, f"{__name__}.")]
    return [value for module in modules for value in vars(module).values() if _is_route(value, module.__name__)]


def _is_route(value: Any, module: str) -> bool:
    if isinstance(value, type):
        return issubclass(value, Controller) and value.__module__ == module
    return isinstance(value, HTTPRouteHandler)
