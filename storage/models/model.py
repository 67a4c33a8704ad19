"""What all tables share: one metadata, names for constraints (migrations need them), types by annotation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, Date, Float, Integer, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase

from storage.columns import Json, Moment, Words

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """A table as a class; the functions beside it use it as columns, the desk as objects."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Words,
        datetime: Moment,
        date: Date,
        dict[str, Any]: Json,
        list[Any]: Json,
        bytes: LargeBinary,
        bool: Boolean,
        int: Integer,
        float: Float,
    }
