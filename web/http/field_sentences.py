"""What is wrong with a field, in sentences for its user: in a form, and in the JSON of the API.

Pydantic's own words are for programmers of Python. Its types of errors are listed at
https://docs.pydantic.dev/latest/errors/validation_errors/.
"""

from typing import Any

_OBJECT = "This must be a JSON object."
# By the type of the error; the names in braces are from its context.
_SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": "This must be a list.",
    "tuple_type": "This must be a list.",
    "string_type": "This must be text.",
    "string_too_short": "This needs at least {min_length} characters.",
    "string_too_long": "This can have up to {max_length} characters.",
    "string_pattern_mismatch": "This is not written as it must be.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "too_short": "This needs at least {min_length} entries.",
    "too_long": "This can have up to {max_length} entries.",
    "greater_than_equal": "Enter a number from {ge} on.",
    "less_than_equal": "Enter a number up to {le}.",
    "literal_error": "Choose one of these: {expected}.",
    "timezone_aware": "Say the time zone too, as in 2026-11-26T17:30:00Z.",
}
# For text that is not a value of the field's type, by the first word of Pydantic's name for the error.
_OF_TYPE = {
    "date": "Enter a date, such as 2026-11-26.",
    "datetime": "Enter a time on a day, such as 2026-11-26T17:30:00Z.",
    "time": "Enter a time, such as 17:30.",
    "int": "Enter a whole number.",
    "enum": "Choose one of the options.",
}


def message(error: Any) -> str:
    """The sentence for one of Pydantic's errors: that of the Draft's own validator, or one for its type."""
    kind: str = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map(error.get("ctx", {}))
    return _OF_TYPE.get(kind.partition("_")[0], str(error["msg"]))
