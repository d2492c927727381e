"""Templates compile to plain Python: attributes, calls and partials mean what they mean in Jinja."""

import traceback
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, StrictUndefined, Template, UndefinedError

from web.http.template_compiler import Templates


def template(text: str, **partials: str) -> Template:
    """The template of this text, whose partials are included by their names."""
    loader = DictLoader({"page": text, **partials})
    return Templates(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("page")


def test_an_attribute_is_that_of_the_object_and_no_key() -> None:
    page = template("{{ value.name.upper() }}")

    assert page.render(value=SimpleNamespace(name="<ada>")) == "&lt;ADA&gt;"
    with pytest.raises(AttributeError):
        page.render(value={"name": "ada"})
    with pytest.raises(UndefinedError):
        page.render()


def test_a_call_gives_positions_names_and_the_block() -> None:
    macro = "{% macro m(x, y=2) %}{{ x }}{{ y }}{% if caller is defined %}{{ caller() }}{% endif %}{% endmacro %}"
    looped = "{% for n in [3] %}{{ m(1, y=n) }} {{ m(y=4, x=n) }}{% endfor %}"
    called = "{% call m(5, 6) %}<b>{% endcall %}"

    assert template(f"{macro}{{{{ m(1) }}}} {looped} {called}").render() == "12 13 34 56<b>"


def test_a_partial_sees_the_names_of_its_includer() -> None:
    text = '{% set a = 1 %}{% for b in [2, 3] %}{% with c = b + 2 %}{% include "part" %}{% endwith %}{% endfor %}'

    assert template(text, part="{{ a }}{{ b }}{{ c }}{{ d }} ").render(d="<") == "124&lt; 135&lt; "


def test_what_a_partial_sets_stays_in_it() -> None:
    text = '{% include "part" %}{{ a }}{% if true %}{% include "part" %}{% endif %}{{ a }}'

    assert template(text, part="{% set a = 2 %}{{ a }}").render(a=1) == "2121"


def test_a_partial_includes_and_imports_others() -> None:
    outer = '{% from "macros" import m %}{{ m(a) }}{% include "inner" %}'
    macros = "{% macro m(x) %}({{ x }}){% endmacro %}"

    assert template('{% include "outer" %}', outer=outer, inner="[{{ a }}]", macros=macros).render(a=1) == "(1)[1]"


def test_the_name_of_a_partial_may_be_chosen_when_it_is_rendered() -> None:
    page = template('{% include "one" if first else other %}', one="1{{ first }}", two="2{{ first }}")

    assert page.render(first=True) == "1True"
    assert page.render(first=False, other="two") == "2False"


def test_an_error_in_a_partial_is_told_at_its_include() -> None:
    page = template('first\n{% include "part" %}', part="\n\n\n{{ missing }}")

    with pytest.raises(UndefinedError) as problem:
        page.render()

    assert [at.lineno for at in traceback.extract_tb(problem.tb) if at.filename == "<template>"] == [2]
