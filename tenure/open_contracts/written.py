"""A source as a data contract of the standard: what the company delivers, its columns, and what must hold of it.

Names are ours, physical names the company's. What the standard cannot hold stands in custom properties (`custom.py`).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tenure.contracts import ROW, Available, Column, Cumulative, DTypes, Files, PersonalData, Snapshots, Source, Text, Weekdays
from tenure.contracts.readers import ending_of
from tenure.contracts.source import GONE
from tenure.open_contracts.custom import Kept, as_value, kept, reader_value
from tenure.open_contracts.quality import names_its_rows, of_column, of_source

API_VERSION = "v3.1.0"
LOGICAL_TYPES: Mapping[DTypes, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    date: "date",
    datetime: "timestamp",
}
CLASSIFICATIONS: Mapping[PersonalData, str] = {
    PersonalData.NONE: "public",
    PersonalData.BEHAVIOUR: "confidential",
    PersonalData.PSEUDONYM: "confidential",
    PersonalData.PROTECTED: "restricted",
}
FORMATS = {"parquet": "parquet", "jsonl": "json", "ndjson": "json", "json": "json"}
_DEFAULT = {"available": Available.END_OF_EVENT_DAY, "owner": "team:data", "duplicates": 0.001, "quarantine": 0.05}


def contract_of(source: Source, project: str) -> dict[str, Any]:
    """The contract of a source, as plain values in the standard's order.

    Parameters
    ----------
    project: the company by name; with the source's it names the contract.
    """
    described = {"description": {"limitations": source.limitation}} if source.limitation else {}
    latency = {"property": "latency", "value": source.late_days, "unit": "d"}
    body = {
        "name": source.name,
        **described,
        "servers": [_server(source)],
        "schema": [_object(source)],
        "team": {"name": source.owner},
        **({"slaProperties": [latency]} if source.late_days else {}),
    }
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"{project}.{source.name}",
        # A contract has no number here: its content is its version.
        "version": f"1.0.0+{digest}",
        "status": "active",
        **body,
    }


def _server(source: Source) -> dict[str, Any]:
    """Where it is read from."""
    reader = source.reader
    held = kept({Kept.READER: reader_value(reader)})
    if not isinstance(reader, Files | Cumulative | Snapshots):
        return {"server": source.name, "type": "custom", **held}
    ending = (ending_of(reader.pattern) or "csv").split(".")[0]
    place: dict[str, Any] = {"format": FORMATS.get(ending, "csv")}
    if "://" not in reader.pattern:
        return {"server": source.name, "type": "local", "path": reader.pattern, **place, **held}
    kind = "s3" if reader.pattern.startswith("s3://") else "custom"
    return {"server": source.name, "type": kind, "location": reader.pattern, **place, **held}


def _object(source: Source) -> dict[str, Any]:
    """The table, with its columns."""
    columns = [column for column in source.columns if column.derived_by not in (ROW, GONE) or column.name not in (ROW, GONE)]
    quality = of_source(source)
    return {
        "name": source.name,
        "logicalType": "object",
        "physicalType": "table",
        "businessName": source.title,
        "dataGranularityDescription": source.grain,
        "properties": [_property(source, column) for column in columns],
        **({"quality": quality} if quality else {}),
        **kept(_held(source)),
    }


def _held(source: Source) -> dict[Kept, Any]:
    """What the standard has no place for."""
    is_snapshot = isinstance(source.reader, Snapshots)
    has_times = any(column.dtype is datetime for column in source.received_columns)
    held: dict[Kept, Any] = {} if names_its_rows(source) else {Kept.KEY: list(source.key)}
    if source.event_time is not None:
        held[Kept.EVENT_TIME] = source.event_time
    if source.available is not _DEFAULT["available"] and not is_snapshot:
        held[Kept.AVAILABLE] = source.available.name
    if source.zone != "UTC" and not has_times:
        held[Kept.ZONE] = source.zone
    held[Kept.UNREAD] = list(source.unread) or None
    held |= {Kept.WHY: source.why, Kept.FROM_WHOM: source.from_whom, Kept.KEPT_DAYS: source.kept_days}
    if source.text != Text():
        held[Kept.TEXT] = as_value(source.text)
    if source.delivered != Weekdays():
        held[Kept.DELIVERED] = as_value(source.delivered)
    if source.volume.because and source.volume == type(source.volume)(because=source.volume.because):
        held[Kept.BECAUSE] = source.volume.because
    held[Kept.SET_ASIDE] = [as_value(each) for each in source.set_aside] or None
    if source.max_duplicate_share != _DEFAULT["duplicates"] and not names_its_rows(source):
        held[Kept.MAX_DUPLICATE_SHARE] = source.max_duplicate_share
    if source.max_quarantine_share != _DEFAULT["quarantine"]:
        held[Kept.MAX_QUARANTINE_SHARE] = source.max_quarantine_share
    return held


def _property(source: Source, column: Column) -> dict[str, Any]:
    """One column."""
    is_derived = bool(column.derived_by)
    options = _options(source, column)
    quality = [] if is_derived else of_column(column)
    position = source.key.index(column.name) + 1 if column.name in source.key and names_its_rows(source) else 0
    made = {"transformLogic": column.derived_by, "transformDescription": "made of the row when it is received"}
    return {
        "name": column.name,
        **({} if is_derived else {"physicalName": column.source_name}),
        "logicalType": LOGICAL_TYPES[column.dtype],
        **({"logicalTypeOptions": options} if options else {}),
        "description": column.meaning,
        "required": not column.nullable,
        **({"primaryKey": True, "primaryKeyPosition": position} if position else {}),
        **(made if is_derived else {}),
        "classification": CLASSIFICATIONS[column.personal],
        # Whose fault, or whose way to others, would harm a person.
        "criticalDataElement": column.personal in (PersonalData.PSEUDONYM, PersonalData.PROTECTED),
        **({"quality": quality} if quality else {}),
        **kept(
            {
                Kept.UNIT: column.unit,
                Kept.PERSONAL: column.personal.value,
                Kept.BECAUSE: column.because,
                Kept.IS_DERIVED: True if is_derived else None,
            }
        ),
    }


def _options(source: Source, column: Column) -> dict[str, Any]:
    """What the standard says of values by their type: bounds, a pattern of the whole text, the zone of times."""
    if column.derived_by:
        return {}
    if column.dtype is datetime:
        return {} if source.zone == "UTC" else {"timezone": False, "defaultTimezone": source.zone}
    bounds = {"minimum": column.minimum, "maximum": column.maximum}
    options: dict[str, Any] = {name: _number(bound) for name, bound in bounds.items() if bound is not None}
    if column.pattern is not None:
        options["pattern"] = f"^(?:{column.pattern})$"
    return options


def _number(value: float) -> float:
    """A bound, whole where it is."""
    return int(value) if float(value).is_integer() else float(value)
