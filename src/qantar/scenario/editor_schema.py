"""JSON schema of the YAML files of a scenario, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from qantar.scenario.inheritance import INHERIT, facts
from qantar.scenario.load import DOCUMENTS, OPTIONAL_DOCUMENTS
from qantar.scenario.parameters import Parameters

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def editor_schema(file: str | None = None) -> dict[str, Any]:
    """Return the JSON schema of one YAML file, or of all of them together.

    file: ``scenario``, ``parameters``, ``palace``, ``alliance``, ``calibration`` or ``posterior``; None for a schema that fits each of
    them, with the single ones under ``$defs``.
    """
    models: dict[str, type[BaseModel]] = {name.removesuffix(".yaml"): model for name, model in (DOCUMENTS | OPTIONAL_DOCUMENTS).items()}
    chosen = models if file is None else {file: models[file]}
    references, schema = models_json_schema(
        [(model, "validation") for model in chosen.values()], ref_template="#/$defs/{model}"
    )
    definitions = schema["$defs"]
    for definition in definitions.values():
        for field in definition.get("properties", {}).values():
            _narrow(field)
    if "parameters" in chosen:
        whole = references[chosen["parameters"], "validation"]
        references[chosen["parameters"], "validation"] = _whole_or_taken_over(definitions, whole)
    entries = [references[model, "validation"] for model in chosen.values()]
    top = entries[0] if file is not None else {"anyOf": entries}
    return {"$schema": DIALECT, "title": f"Qantar: {file or 'files'} of a scenario", **top, "$defs": definitions}


def _narrow(field: dict[str, Any]) -> None:
    """State the unit and the range of a parameter in words that an editor understands."""
    declared = field.pop("quantity", None)
    if declared is None:
        return
    value = {"minimum": declared["low"], "maximum": declared["high"]}
    field["allOf"] = [{"$ref": field.pop("$ref")}]
    field["properties"] = {
        "unit": {"const": declared["unit"]},
        "value": {name: bound for name, bound in value.items() if bound is not None},
    }


def _whole_or_taken_over(definitions: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Let a file give all parameters, or begin with ``inherit`` and give only facts of the country."""
    inherit = {"type": "string", "description": "scenario of the library whose parameters are used as they stand"}
    groups: dict[str, Any] = {}
    for path in facts():
        group, name = path.split(".")
        model = Parameters.model_fields[group].annotation
        assert model is not None
        closed = {"type": "object", "properties": {}, "additionalProperties": False}
        groups.setdefault(group, closed)["properties"][name] = definitions[model.__name__]["properties"][name]
    taken_over = {"properties": {INHERIT: inherit, **groups}, "required": [INHERIT], "additionalProperties": False}
    return {"if": {"type": "object", "required": [INHERIT]}, "then": taken_over, "else": whole}
