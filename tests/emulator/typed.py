"""aiogram's Bot API models, each built when first needed.

Law: only this module imports aiogram. Its import builds all 600 models at once, which takes 7 seconds of
processor time where 2 suffice for the names; so building waits, and a model is built at its first request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, Literal, Optional, Union

from pydantic import BaseModel


@contextmanager
def _without_building() -> Iterator[None]:
    build = BaseModel.__dict__["model_rebuild"]
    type.__setattr__(BaseModel, "model_rebuild", classmethod(lambda cls, **_: None))
    try:
        yield
    finally:
        type.__setattr__(BaseModel, "model_rebuild", build)


with _without_building():
    import aiogram.methods
    import aiogram.types
    from aiogram.client.default import Default
    from aiogram.methods.base import TelegramMethod
    from aiogram.types import InputFile

Method = type[TelegramMethod[Any]]
TEXT_LIKE: Final = frozenset({str, type(None), Default, InputFile})  # sent as they are, not as JSON
_NAMES: Final[dict[str, Any]] = {
    **{name: getattr(aiogram.types, name) for name in aiogram.types.__all__},
    "Optional": Optional,
    "Union": Union,
    "Literal": Literal,
    "Default": Default,
}
_METHODS: Final[dict[str, Method]] = {
    found.__api_method__: found
    for name in aiogram.methods.__all__
    if isinstance(found := getattr(aiogram.methods, name), type)
    and issubclass(found, TelegramMethod)
    and isinstance(found.__dict__.get("__api_method__"), str)
}


def is_known(method: str) -> bool:
    """Whether the Bot API has a method of this name (exact spelling, as clients send it)."""
    return method in _METHODS


@cache
def method_model(method: str) -> Method:
    """The typed model of a method's request."""
    model = _METHODS[method]
    _build(model)
    return model


@cache
def type_model(name: str) -> type[BaseModel]:
    """The typed model of an object such as `Update` or `Message`."""
    model: type[BaseModel] = getattr(aiogram.types, name)
    _build(model)
    return model


def _build(model: type[BaseModel]) -> None:
    model.model_rebuild(_types_namespace=_NAMES, force=True)
