"""An OpenAPI document of routes as the server has them, for schemathesis to make requests from.

The widget's entrance has a document of its own (channels/web/openapi.yml) that says much more;
this one says of everything else which paths, methods and parameters there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tests.conftest import ROOT

_PART = re.compile(r"<(\w+)(?::\w+)?>")
_QUERY = re.compile(r"request\.args\.get\(\s*\"(\w+)\"|\"(\w+)\" in request\.args")
_FIELD = re.compile(r"form\.get\(\s*\"(\w+)\"|one\(values, \"(\w+)\"\)")
_ROOMS = ("desk", "tsunagari", "channels")
_TEXT = {"type": "string"}


def document(routes: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the document of some (method, path)."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path in routes:
        named = _PART.sub(r"{\1}", path)
        paths.setdefault(named, {})[method.lower()] = _operation(method, path)
    return {
        "openapi": "3.0.3",
        "info": {"title": "routes", "version": "1"},
        "paths": paths,
    }


def _operation(method: str, path: str) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"in": "path", "name": name, "required": True, "schema": {**_TEXT, "minLength": 1}}
        for name in _PART.findall(path)
    ]
    operation: dict[str, Any] = {"parameters": parameters, "responses": {"default": _ANY}}
    if method in ("GET", "HEAD"):
        parameters += [{"in": "query", "name": name, "schema": _TEXT} for name in _named(_QUERY)]
    else:
        form = {"type": "object", "properties": dict.fromkeys(_named(_FIELD), _TEXT)}
        operation["requestBody"] = {
            "content": {
                "application/x-www-form-urlencoded": {"schema": form},
                "application/json": {"schema": {}},
            }
        }
    return operation


_ANY = {"description": "any"}


@lru_cache(maxsize=2)
def _named(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Return the names that handlers read."""
    found: set[str] = set()
    for room in _ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for match in pattern.finditer(path.read_text("utf-8")):
                found.add(next(one for one in match.groups() if one))
    return tuple(sorted(found))
