"""A strict JSON Schema out of LINE's OpenAPI documents, which plain validators do not enforce.

LINE's documents express inheritance by `discriminator` and `allOf`; validators look at the base
schema only and accept nonsense. Here every base says: if the type is t, then the schema of t,
and names nobody has defined are refused.
"""

from __future__ import annotations

import copy
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

VARIABLE = "LINE_OPENAPI"
_USUAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "line-openapi"
_SKIP = f"LINE's OpenAPI documents are not here: set {VARIABLE} to a checkout of line/line-openapi"


def folder() -> Path:
    """Returns where the documents are, or skips the test visibly."""
    found = Path(os.environ.get(VARIABLE) or _USUAL)
    if not (found / "messaging-api.yml").exists():
        pytest.skip(_SKIP)
    return found


@cache
def _definitions(name: str) -> dict[str, Any]:
    document = yaml.safe_load((folder() / name).read_text(encoding="utf-8"))
    schemas: dict[str, Any] = document["components"]["schemas"]
    children: dict[str, dict[str, str]] = {}
    for base, schema in schemas.items():
        mapping = (schema.get("discriminator") or {}).get("mapping") or {}
        if mapping:
            children[base] = {key: ref.rsplit("/", 1)[1] for key, ref in mapping.items()}
    strict: dict[str, Any] = {}
    for title, schema in schemas.items():
        properties, required = _merged(title, schemas)
        closed = {"type": "object", "properties": properties, "required": sorted(required)}
        if schema.get("enum") or schema.get("type") not in (None, "object"):
            strict[title] = schema
        elif title in children:
            key = schema["discriminator"]["propertyName"]
            strict[title] = {
                "type": "object",
                "required": [key],
                "properties": {key: {"enum": sorted(children[title])}},
                "allOf": [
                    {
                        "if": {"properties": {key: {"const": value}}},
                        "then": {"$ref": f"#/$defs/{child}"},
                    }
                    for value, child in children[title].items()
                ],
            }
        else:
            strict[title] = {**closed, "additionalProperties": False}
    return _rewritten(strict)


def _merged(title: str, schemas: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    schema = schemas[title]
    properties: dict[str, Any] = {}
    required: set[str] = set()
    for part in [*schema.get("allOf", []), schema]:
        if "$ref" in part:
            base_properties, base_required = _merged(part["$ref"].rsplit("/", 1)[1], schemas)
            properties.update(base_properties)
            required |= base_required
        properties.update(part.get("properties", {}))
        required |= set(part.get("required", []))
    return properties, required


def _rewritten(part: Any) -> Any:
    if isinstance(part, dict):
        result = {key: _rewritten(value) for key, value in part.items() if key != "format"}
        if "$ref" in result:
            result["$ref"] = result["$ref"].replace("#/components/schemas/", "#/$defs/")
        if result.pop("nullable", False) is True and "type" in result:
            result["type"] = [result["type"], "null"]
        return result
    if isinstance(part, list):
        return [_rewritten(one) for one in part]
    return copy.copy(part)


@cache
def validator(title: str, document: str = "messaging-api.yml") -> Draft202012Validator:
    """Returns a validator of one schema."""
    definitions = _definitions(document)
    return Draft202012Validator({"$ref": f"#/$defs/{title}", "$defs": definitions})


def problems(title: str, value: Any, document: str = "messaging-api.yml") -> list[str]:
    """Returns what is wrong with a value, one line each."""
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in validator(title, document).iter_errors(value)
    ]
