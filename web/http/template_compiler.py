"""Compiles templates to the Python that one would write by hand, with attributes and calls as Python has them.

Jinja reads `a.b` through `environment.getattr` and calls `f(x)` through `context.call`, for sandboxes and for functions
that ask for the context. Ours have neither.
"""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape


def escaped(value: Any) -> str:
    """The value as `markupsafe.escape` writes it, without a Markup object for each number and each escaped text."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)


class PlainCodeGenerator(CodeGenerator):
    """Reads attributes and calls functions as Python does, and compiles `{{ value }}` to a call of `escaped`."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802, FBT
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def _output_child_pre(self, node: Any, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            self.fail("Autoescape is on in every template.", node.lineno)
        if isinstance(node, nodes.Name):
            # Most of what a row writes is a name for a text that is escaped once.
            name = frame.symbols.ref(node.name)
            self.write(f"({name} if type({name}) is Markup else ")
        self.write("environment.escaped(")

    def _output_child_post(self, node: Any, frame: Frame, finalize: Any) -> None:
        self.write("))" if isinstance(node, nodes.Name) else ")")


class Templates(Environment):
    """Escapes everything, and reads `a.b` as Python does. Jinja would try `a["b"]` too, and so hide mistakes."""

    code_generator_class = PlainCodeGenerator
    escaped: Callable[[Any], str] = staticmethod(escaped)

    def make_globals(self, d: Any) -> Any:
        """The environment's own dict: Jinja's ChainMap is copied for each partial, a twentieth of a page's time."""
        return {**self.globals, **d} if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """With its partials in place: otherwise each is looked up and gets a context of its own on every page."""
        template: nodes.Template = _Partials(self).visit(super()._parse(source, name, filename))
        return template


class _Partials(NodeTransformer):
    """Replaces each include of a partial, if its name is fixed, by what the partial says.

    A traceback names the line of the include. A name that is set only after it is undefined in the partial.
    """

    def __init__(self, environment: Templates) -> None:
        self.environment = environment

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        if not isinstance(node.template, nodes.Const):
            return node
        name = node.template.value
        assert self.environment.loader
        source, filename, _ = self.environment.loader.get_source(self.environment, name)
        partial = self.environment._parse(source, name, filename)
        for part in partial.find_all(nodes.Node):
            part.lineno = node.lineno
        return nodes.Scope(partial.body, lineno=node.lineno, environment=self.environment)
