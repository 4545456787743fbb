"""The JSON Schema of a configuration file, made of the table of options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from contract_suite.model.json import JSON
from contract_suite.runner.configuration.reading import CONFIGURABLE, FAMILIES, OF_FAMILIES, PROFILES
from contract_suite.runner.options.option import Option
from contract_suite.runner.options.option_table import default_of

ID: Final = "urn:contract-suite:configuration:1"
_VARIABLE: Final[dict[str, JSON]] = {"type": "string", "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"}


def configuration_schema() -> dict[str, JSON]:
    """Return the schema of `contract-suite.toml`, and of the table `tool.contract-suite` of a `pyproject.toml`."""
    options, own = _properties(CONFIGURABLE), _properties(OF_FAMILIES)
    families: dict[str, JSON] = {
        "type": "object",
        "description": "Settings for one contract, by its name.",
        "additionalProperties": {"$ref": "#/$defs/family"},
    }
    profiles: dict[str, JSON] = {
        "type": "object",
        "description": "Named sets of options, chosen by --profile NAME, that override the others.",
        "additionalProperties": {"$ref": "#/$defs/profile"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Configuration of contract-suite",
        "type": "object",
        "properties": {**options, FAMILIES: families, PROFILES: profiles},
        "additionalProperties": False,
        "$defs": {
            "family": {"type": "object", "properties": own, "additionalProperties": False},
            "profile": {
                "type": "object",
                "properties": {**options, FAMILIES: families},
                "additionalProperties": False,
            },
        },
    }


def _properties(options: Iterable[Option]) -> dict[str, JSON]:
    return {each.name: {"description": each.help, **_value(each), **_default(each)} for each in options}


def _value(option: Option) -> dict[str, JSON]:
    if option.read is None:
        return {"type": "boolean"}
    one = dict(option.read.schema)
    if one["type"] != "string" or "pattern" in one or "enum" in one:
        one = {"anyOf": [one, _VARIABLE]}
    forms: list[JSON] = [one]
    if option.several:
        forms.append({"type": "array", "items": one})
    if option.repeated and option.read.joint:
        forms.append({"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}})
    return one if len(forms) == 1 else {"anyOf": forms}


def _default(option: Option) -> dict[str, JSON]:
    default = default_of(option)
    if isinstance(default, str | int | float) and default not in {"", None}:
        return {"default": default if isinstance(default, bool | int | float) else str(default)}
    return {}
