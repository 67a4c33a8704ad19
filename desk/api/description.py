"""The OpenAPI 3.1 description of the API: what can be asked, and what is answered."""

from __future__ import annotations

from typing import Any

from desk.words import choices_of

MOST = 200
CURSOR_DIGITS = 18
_TEXT = {"type": "string"}
_TEXT_OR_NONE = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_CONTRIBUTION = {
    "number": _TEXT,
    "created_at": {"type": "string", "format": "date-time"},
    "language": _TEXT_OR_NONE | {"description": "ISO 639-1"},
    "field": _TEXT_OR_NONE,
    "kind": _TEXT_OR_NONE,
    "status": {"type": "string", "enum": ["released", "answered"]},
    "district": _TEXT_OR_NONE,
    "text": _TEXT | {"description": "The redacted text."},
    "status_reason": _TEXT_OR_NONE,
    "licence": _TEXT_OR_NONE | {"description": "Null where the author did not consent to reuse as open data."},
    "supports": _COUNT,
}
_THEME = {"id": {"type": "integer"}, "name": _TEXT, "field": _TEXT_OR_NONE, "contributions": _COUNT}
_PROBLEM = {"type": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}


def description(version: str) -> dict[str, Any]:
    """Return the description as JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Talstimme",
            "version": version,
            "description": "Released, redacted contributions whose authors consented to publishing. Read-only.",
        },
        "servers": [{"url": "/api"}],
        "security": [{"token": []}],
        "paths": {
            "/contributions": {"get": _listed()},
            "/contributions/{number}": {"get": _single()},
            "/themes": {"get": _operation("themes", "Themes with published contributions", "Themes", {})},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Contribution": _object(_CONTRIBUTION),
                "Theme": _object(_THEME),
                "Problem": _object(_PROBLEM),
                "Contributions": _object({"contributions": _list("Contribution"), "next": _TEXT_OR_NONE}),
                "Themes": _object({"themes": _list("Theme")}),
            },
        },
    }


def _listed() -> dict[str, Any]:
    days = {"type": "string", "format": "date"}
    parameters = {
        "field": {"type": "string", "examples": list(choices_of("field"))},
        "kind": {"type": "string", "examples": list(choices_of("kind"))},
        "district": _TEXT,
        "language": _TEXT,
        "since": days,
        "until": days,
        "cursor": _TEXT | {"pattern": f"^[0-9]{{1,{CURSOR_DIGITS}}}$", "description": "`next` of the page before"},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50},
    }
    asked = [{"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()]
    return _operation("contributions", "Contributions, oldest first", "Contributions", {"parameters": asked})


def _single() -> dict[str, Any]:
    schema = _TEXT | {"pattern": "^T-[0-9]{3}-[0-9]{3}-[0-9]{3}$", "examples": ["T-482-913-756"]}
    number = {"name": "number", "in": "path", "required": True, "schema": schema}
    made = _operation("contribution", "One contribution", "Contribution", {"parameters": [number]})
    made["responses"]["404"] = _problem("There is no published contribution of this number.")
    return made


def _operation(name: str, summary: str, schema: str, more: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    responses = {"200": {"description": summary, "content": content}, "401": _problem("The token is missing or wrong.")}
    responses |= {"400": _problem("What was asked can't be read.")}
    responses |= {"429": _problem("Too many requests.")}
    return {"operationId": name, "summary": summary, "responses": responses, **more}


def _problem(text: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": text, "content": {"application/problem+json": schema}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _list(schema: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}}
