"""The rules of OpenLineage 2-0-2 that an event of ours must keep, restated as one closed JSON Schema.

Closed, so stricter than the specification: a facet or a field that is not listed here is a mistake of ours.
"""

from typing import Any

from jsonschema import Draft202012Validator

from adapters.openlineage import FACETS

Json = dict[str, Any]
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
UUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}
ADDRESS = {"type": "string", "pattern": "^[a-z]+:[^ ]+$"}


def closed(required: Json, optional: Json | None = None) -> Json:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def facet(name: str, required: Json, optional: Json | None = None) -> Json:
    """A facet: its own fields, who made it, and the address of its schema."""
    version, schema = FACETS[name]
    address = f"https://openlineage.io/spec/facets/{version}/{schema}.json#/$defs/{schema}"
    return closed({"_producer": ADDRESS, "_schemaURL": {"const": address}, **required}, optional)


def facets(**known: Json) -> Json:
    """Some of these facets."""
    return closed({}, known)


NAMED = {"namespace": TEXT, "name": TEXT}
FIELD = closed({"namespace": TEXT, "name": TEXT, "field": TEXT})
RUN = closed(
    {
        "runId": UUID,
        "facets": facets(
            processing_engine=facet("processing_engine", {"version": TEXT, "name": TEXT}),
            nominalTime=facet("nominalTime", {"nominalStartTime": MOMENT}, {"nominalEndTime": MOMENT}),
            parent=facet("parent", {"run": closed({"runId": UUID}), "job": closed(NAMED)}),
            errorMessage=facet("errorMessage", {"message": TEXT, "programmingLanguage": TEXT}),
        ),
    }
)
JOB = closed(
    {
        **NAMED,
        "facets": facets(
            jobType=facet("jobType", {"processingType": {"const": "BATCH"}, "integration": TEXT, "jobType": TEXT}),
            documentation=facet("documentation", {"description": TEXT}),
        ),
    }
)
DATASET = {
    **NAMED,
    "facets": facets(
        datasetType=facet("datasetType", {"datasetType": {"enum": ["TABLE", "MODEL"]}}),
        version=facet("version", {"datasetVersion": TEXT}),
        dataSource=facet("dataSource", {"name": TEXT, "uri": ADDRESS}),
        symlinks=facet(
            "symlinks",
            {"identifiers": {"type": "array", "items": closed({"namespace": TEXT, "name": TEXT, "type": TEXT}), "minItems": 1}},
        ),
        schema=facet("schema", {"fields": {"type": "array", "items": closed({"name": TEXT, "type": TEXT})}}),
        columnLineage=facet(
            "columnLineage",
            {
                "fields": {
                    "type": "object",
                    "additionalProperties": closed({"inputFields": {"type": "array", "items": FIELD, "minItems": 1}}),
                }
            },
        ),
    ),
}
OUTPUT = closed(
    {
        **DATASET,
        "outputFacets": facets(outputStatistics=facet("outputStatistics", {"rowCount": {"type": "integer", "minimum": 0}})),
    }
)
EVENT = closed(
    {
        "eventType": {"enum": ["START", "COMPLETE", "FAIL", "ABORT"]},
        "eventTime": MOMENT,
        "producer": ADDRESS,
        "schemaURL": {"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"},
        "run": RUN,
        "job": JOB,
        "inputs": {"type": "array", "items": closed(DATASET)},
        "outputs": {"type": "array", "items": OUTPUT},
    }
)


def faults(event: Json) -> list[str]:
    """What is wrong with an event; nothing if it keeps the rules."""
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(EVENT).iter_errors(event)]
