"""Each request is checked against typed models of the Bot API which nobody here wrote (aiogram's).

Law: messages name fields and rules, never the values, for those are citizens' words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from tests.emulator import typed
from tests.emulator.errors import Json


def decoded(method: str, fields: Json) -> Json:
    """Forms carry strings: everything that is not a text by the model is read as JSON."""
    texts = _text_fields(method)
    return {
        name: _from_json(value) if isinstance(value, str) and name not in texts else value
        for name, value in fields.items()
    }


def mistakes(method: str, fields: Json) -> list[str]:
    """What is wrong with a request by the typed models; an empty list when nothing is."""
    return _mistakes(typed.method_model(method), fields)


def mistakes_in(type_name: str, value: Json) -> list[str]:
    """What is wrong with an object that the emulator hands out, such as an `Update`."""
    return _mistakes(typed.type_model(type_name), value)


def _mistakes(model: type[BaseModel], value: Json) -> list[str]:
    try:
        typed_value = model.model_validate(value)
    except ValidationError as error:
        return [
            f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}"
            for detail in error.errors(include_input=False, include_url=False)
        ]
    return [f"{path}: unknown field" for path in _extras(typed_value, "")]


def _from_json(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


@cache
def _text_fields(method: str) -> frozenset[str]:
    return frozenset(
        name
        for name, field in typed.method_model(method).model_fields.items()
        if str in (leaves := set(_leaves(field.annotation))) and leaves <= typed.TEXT_LIKE
    )


def _leaves(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (list, dict) or not get_args(annotation):
        yield get_origin(annotation) or annotation
        return
    for part in get_args(annotation):
        yield from _leaves(part)


def _extras(value: Any, path: str) -> Iterator[str]:
    match value:
        case BaseModel():
            yield from (f"{path}{name}" for name in value.model_extra or ())
            for name in value.model_fields_set - (value.model_extra or {}).keys():
                yield from _extras(getattr(value, name), f"{path}{name}.")
        case list() | tuple():
            for number, item in enumerate(value):
                yield from _extras(item, f"{path}{number}.")
