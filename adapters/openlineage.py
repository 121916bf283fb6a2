"""OpenLineage: what ran, what it read and what it wrote, as events by the specification (https://openlineage.io/spec/2-0-2).

Spelling of events, and where they go: a file by default, an HTTP collector by configuration. What happened is known to
`pipelines/lineage.py`. The project's own client is not used: it brings two HTTP libraries for these few dictionaries.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from adapters.posting import post
from adapters.whole_files import append_lines
from tenure.clocks import start_of

Json = dict[str, Any]

PRODUCER = "urn:tenure:lineage:v1"
_SPEC = "https://openlineage.io/spec"
EVENT_SCHEMA = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
# The version of each facet's schema that is written.
FACETS: Mapping[str, tuple[str, str]] = {
    "columnLineage": ("1-2-0", "ColumnLineageDatasetFacet"),
    "dataSource": ("1-0-1", "DatasourceDatasetFacet"),
    "datasetType": ("1-0-1", "DatasetTypeDatasetFacet"),
    "documentation": ("1-1-0", "DocumentationJobFacet"),
    "errorMessage": ("1-0-1", "ErrorMessageRunFacet"),
    "jobType": ("2-0-4", "JobTypeJobFacet"),
    "nominalTime": ("1-0-1", "NominalTimeRunFacet"),
    "outputStatistics": ("1-0-2", "OutputStatisticsOutputDatasetFacet"),
    "parent": ("1-2-0", "ParentRunFacet"),
    "processing_engine": ("1-1-1", "ProcessingEngineRunFacet"),
    "schema": ("1-2-0", "SchemaDatasetFacet"),
    "symlinks": ("1-0-1", "SymlinksDatasetFacet"),
    "version": ("1-0-1", "DatasetVersionDatasetFacet"),
}
_PATH = "/api/v1/lineage"
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A table, or a model. `columns` are names with types, `made_of` the (dataset, column) pairs behind each column.

    `address` is where its rows are, outside of our names: by it a collector joins it to what other tools say of the same place.
    """

    name: str
    is_model: bool = False
    version: str | None = None
    n_rows: int | None = None
    columns: Sequence[tuple[str, str]] = ()
    made_of: Mapping[str, Sequence[tuple[str, str]]] | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as it is known between runs: a Dagster job, or one of its assets."""

    name: str
    kind: str  # "JOB" or "ASSET"
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a job. `days` are the first and the last key that it makes; `parent` the run and job that it is a part of.

    `zone` says whose days they are.
    """

    run_id: str
    job: Job
    days: tuple[date, date] | None = None
    parent: tuple[str, str] | None = None
    zone: str = "UTC"


def event(
    kind: str,
    at: datetime,
    run: Run,
    *,
    namespace: str,
    engine_version: str,
    inputs: Iterable[Dataset] = (),
    outputs: Iterable[Dataset] = (),
    error: str | None = None,
) -> Json:
    """One event: `kind` is START, COMPLETE, FAIL or ABORT; `error` says why without quoting data."""
    return {
        "eventType": kind,
        "eventTime": at.astimezone(UTC).isoformat(),
        "producer": PRODUCER,
        "schemaURL": EVENT_SCHEMA,
        "run": {"runId": run.run_id, "facets": _run_facets(run, namespace, engine_version, error)},
        "job": {"namespace": namespace, "name": run.job.name, "facets": _job_facets(run.job)},
        "inputs": [_dataset(dataset, namespace) for dataset in inputs],
        "outputs": [_output(dataset, namespace) for dataset in outputs],
    }


def _run_facets(run: Run, namespace: str, engine_version: str, error: str | None) -> Json:
    facets = {"processing_engine": _facet("processing_engine", name="Dagster", version=engine_version)}
    if run.days is not None:
        first, last = run.days
        first, end = (start_of(day, run.zone) for day in (first, last + timedelta(days=1)))
        facets["nominalTime"] = _facet("nominalTime", nominalStartTime=first.isoformat(), nominalEndTime=end.isoformat())
    if run.parent is not None:
        run_id, job = run.parent
        facets["parent"] = _facet("parent", run={"runId": run_id}, job={"namespace": namespace, "name": job})
    if error is not None:
        facets["errorMessage"] = _facet("errorMessage", message=error, programmingLanguage="Python")
    return facets


def _job_facets(job: Job) -> Json:
    facets = {"jobType": _facet("jobType", processingType="BATCH", integration="DAGSTER", jobType=job.kind)}
    if job.description:
        facets["documentation"] = _facet("documentation", description=job.description)
    return facets


def _dataset(dataset: Dataset, namespace: str) -> Json:
    facets = {"datasetType": _facet("datasetType", datasetType="MODEL" if dataset.is_model else "TABLE")}
    if dataset.version is not None:
        facets["version"] = _facet("version", datasetVersion=dataset.version)
    if dataset.address is not None:
        # As the specification names data sets: the scheme with its authority is the namespace, the path the name.
        place = urlsplit(dataset.address)
        outside = f"{place.scheme}://{place.netloc}" if place.netloc else place.scheme
        facets["dataSource"] = _facet("dataSource", name=outside, uri=dataset.address)
        same = {"namespace": outside, "name": unquote(place.path), "type": "TABLE"}
        facets["symlinks"] = _facet("symlinks", identifiers=[same])
    if dataset.columns:
        facets["schema"] = _facet("schema", fields=[{"name": name, "type": kind} for name, kind in dataset.columns])
    if dataset.made_of:
        fields = {
            column: {"inputFields": [{"namespace": namespace, "name": name, "field": field} for name, field in sources]}
            for column, sources in dataset.made_of.items()
        }
        facets["columnLineage"] = _facet("columnLineage", fields=fields)
    return {"namespace": namespace, "name": dataset.name, "facets": facets}


def _output(dataset: Dataset, namespace: str) -> Json:
    statistics = {} if dataset.n_rows is None else {"outputStatistics": _facet("outputStatistics", rowCount=dataset.n_rows)}
    return {**_dataset(dataset, namespace), "outputFacets": statistics}


def _facet(name: str, /, **content: object) -> Json:
    version, schema = FACETS[name]
    return {"_producer": PRODUCER, "_schemaURL": f"{_SPEC}/facets/{version}/{schema}.json#/$defs/{schema}", **content}


class LineageSink(Protocol):
    """Where events go."""

    def send(self, events: Sequence[Json]) -> None:
        """Take events, in order, without making the caller wait."""


@dataclass(frozen=True)
class FileSink:
    """One event a line; what one call sends is written at once, so that processes may share the file."""

    path: Path

    def send(self, events: Sequence[Json]) -> None:
        """Append the events."""
        lines = "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in events)
        append_lines(self.path, lines.encode(), is_synced=False)


@dataclass(frozen=True)
class HttpSink:
    """A collector that speaks OpenLineage over HTTP. What it does not take goes to the file, so that nothing is lost."""

    url: str
    fallback: FileSink

    def send(self, events: Sequence[Json]) -> None:
        """Have the events posted by a thread that the process waits for at its end."""
        self.post_later(events)

    def post_later(self, events: Sequence[Json]) -> "Future[int]":
        """Post in the background; the result is the number of events that the collector took."""
        return _poster().submit(self._post_all, events)

    def _post_all(self, events: Sequence[Json]) -> int:
        """Post one after the other; a collector that fails once is not asked for the rest."""
        for position, one in enumerate(events):
            try:
                post(self.url, one, patience_seconds=_PATIENCE_SECONDS)
            except (OSError, ValueError):
                # URLError and HTTPError are OSErrors. The file holds what was not taken; a person can send its lines again.
                self.fallback.send(events[position:])
                return position
        return len(events)


def open_lineage(url: str | None, home: Path) -> LineageSink:
    """The sink of an installation: HTTP where an address is set, else the file."""
    file = FileSink(home / "lineage" / "events.jsonl")
    if url is None:
        return file
    address = url.rstrip("/")
    return HttpSink(address if address.endswith(_PATH) else address + _PATH, file)


@cache
def _poster() -> ThreadPoolExecutor:
    """One thread of this process, which keeps the order."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="openlineage")
