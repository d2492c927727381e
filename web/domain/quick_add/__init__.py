"""Quick add: reads title, dates, list, labels, priority and repeat from a line that a user typed.

A table of patterns is searched in the line; what they read is cut out, and the rest is the title. `docs/planning.md`
has the grammar.
"""

from web.domain.quick_add.line import read, without
from web.domain.quick_add.lines import Line, Lines, read_lines
from web.domain.quick_add.reading import Context, DateOrder, Presets, Reading, Span

__all__ = ["Context", "DateOrder", "Line", "Lines", "Presets", "Reading", "Span", "read", "read_lines", "without"]
