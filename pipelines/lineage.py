"""Lineage: each run of each job told to OpenLineage, from whatever process it runs in.

The workplace is a resource that every asset asks for, so Dagster opens it when a run begins and closes it when the run ends: that
is where the run is told of, and shown to be worked on (`abandoned.py`). Telling costs milliseconds and can fail without failing
the run. How events are spelt and where they go is `adapters/openlineage.py`.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from adapters.openlineage import Dataset, Job, Json, Run, event
from adapters.readers.places import is_address
from assets.candidate import STAGE as CANDIDATE
from assets.naming import raw_key, stage_key
from assets.scores import STAGE as SCORES
from home.own_keys import require_keys
from home.pseudonyms import require_same_pseudonyms
from home.same_days import require_same_days
from home.workplace import Workplace
from pipelines.abandoned import stay_alive
from pipelines.jobs import keys_needed
from pipelines.partitions import ONE_DAY, RANGE_END, RANGE_START
from tenure.contracts import Files
from tenure.timeline import parse_day

START, COMPLETE, FAIL, ABORT = "START", "COMPLETE", "FAIL", "ABORT"
MODEL = "model"
_TYPES = dg.DagsterEventType
_ENDS = {_TYPES.STEP_SUCCESS: COMPLETE, _TYPES.STEP_FAILURE: FAIL}


@dataclass(frozen=True, kw_only=True)
class Node:
    """What is known of an asset before it runs. `reads_model` and `makes_model` name the model as a dataset of its own."""

    key: dg.AssetKey
    job: Job
    dataset: Dataset
    reads: tuple[dg.AssetKey, ...]
    reads_model: str | None
    makes_model: str | None


def workplace_resource(workplace: Workplace, assets: Sequence[dg.AssetsDefinition]) -> dg.ResourceDefinition:
    """The workplace as a resource; a run that opens it is told to OpenLineage."""
    nodes = {"__".join(spec.key.path): _node(workplace, spec) for asset in assets for spec in asset.specs}

    @dg.resource(description="The project at its places; each run that opens it is told to OpenLineage.")
    def opened(context: dg.InitResourceContext) -> Iterator[Workplace]:
        if context.run is None or context.instance is None:
            # A sensor or schedule looks around; nothing runs.
            yield workplace
            return
        stay_alive(context.instance, context.run.run_id)
        require_keys(workplace, keys_needed(context.run.job_name))
        require_same_days(workplace)
        require_same_pseudonyms(workplace)
        told = Told(workplace, nodes, context.run, context.instance)
        with _unharmed(context):
            told.begin()
        yield workplace
        with _unharmed(context):
            told.end()

    return opened


@contextmanager
def _unharmed(context: dg.InitResourceContext) -> Iterator[None]:
    """Whatever goes wrong in telling of a run is noted in its log, and the run goes on."""
    try:
        yield
    except Exception as error:  # the edge: lineage is for readers, and no reader may stop a run
        if context.log is not None:
            context.log.warning(f"This run could not be told to OpenLineage ({type(error).__name__}).")


@dataclass(frozen=True)
class Told:
    """One run of a job, as it is told."""

    workplace: Workplace
    nodes: Mapping[str, Node]
    run: dg.DagsterRun
    instance: dg.DagsterInstance

    def begin(self) -> None:
        """Tell that the run has started."""
        self.workplace.lineage.send([self._event(START, self.workplace.clock(), self._whole)])

    def end(self) -> None:
        """Tell what became of each asset, then of the run."""
        steps = self._steps()
        known = self._known({key for name in steps for key in (self.nodes[name].key, *self.nodes[name].reads)})
        events, failed = [], []
        for name, at in steps.items():
            node = self.nodes[name]
            outcome = next((end for kind, end in _ENDS.items() if kind in at), ABORT)
            if outcome is not COMPLETE:
                failed.append((name, outcome))
            events += self._of_asset(node, at, outcome, known)
        made = {self.nodes[name].key for name in steps}
        read = {key for name in steps for key in self.nodes[name].reads} - made
        outcome = FAIL if any(end is FAIL for _, end in failed) else ABORT if failed else COMPLETE
        error = None if outcome is COMPLETE else f"did not complete: {', '.join(name.replace('__', '/') for name, _ in failed)}"
        inputs = [self._dataset(key, known, with_columns=False) for key in sorted(read, key=str)]
        outputs = [self._dataset(key, known, with_columns=False) for key in sorted(made, key=str)]
        events.append(self._event(outcome, self.workplace.clock(), self._whole, inputs=inputs, outputs=outputs, error=error))
        self.workplace.lineage.send(events)

    @property
    def _whole(self) -> Run:
        job = Job(name=self.run.job_name, kind="JOB")
        return Run(run_id=self.run.run_id, job=job, days=_days(self.run.tags), zone=self.workplace.project.timezone)

    def _of_asset(
        self, node: Node, at: Mapping[_TYPES, datetime], outcome: str, known: Mapping[dg.AssetKey, Mapping[str, Any]]
    ) -> list[Json]:
        """The start and the end of one asset's part of the run."""
        part = Run(
            run_id=str(uuid.uuid5(uuid.UUID(self.run.run_id), node.job.name)),
            job=node.job,
            days=_days(self.run.tags),
            zone=self.workplace.project.timezone,
            parent=(self.run.run_id, self.run.job_name),
        )
        digest = known[node.key].get("model_digest")
        inputs = [self._dataset(key, known, with_columns=False) for key in node.reads]
        outputs = [self._dataset(node.key, known, with_columns=True)]
        if node.reads_model:
            inputs.append(Dataset(name=node.reads_model, is_model=True, version=digest))
        if node.makes_model:
            outputs.append(Dataset(name=node.makes_model, is_model=True, version=digest))
        ended = max(at.values())
        error = f"{node.job.name} failed; why is in the run's log" if outcome is FAIL else None
        return [
            self._event(START, at[_TYPES.STEP_START], part),
            self._event(outcome, ended, part, inputs=inputs, outputs=outputs if outcome is COMPLETE else (), error=error),
        ]

    def _event(self, kind: str, at: datetime, run: Run, **about: Any) -> Json:
        namespace = f"tenure.{self.workplace.project.name}"
        return event(kind, at, run, namespace=namespace, engine_version=dg.__version__, **about)

    def _steps(self) -> dict[str, dict[_TYPES, datetime]]:
        """The assets' steps of this run that started: when they did, and when they ended."""
        found: dict[str, dict[_TYPES, datetime]] = {}
        wanted = {_TYPES.STEP_START, *_ENDS}
        for record in self.instance.get_records_for_run(self.run.run_id, of_type=wanted).records:
            entry = record.event_log_entry
            happened = entry.dagster_event
            if happened is not None and happened.step_key in self.nodes:
                at = datetime.fromtimestamp(entry.timestamp, UTC)
                found.setdefault(happened.step_key, {})[happened.event_type] = at
        return {name: at for name, at in found.items() if _TYPES.STEP_START in at}

    def _known(self, keys: Set[dg.AssetKey]) -> dict[dg.AssetKey, Mapping[str, Any]]:
        """What the latest materialisation of each asset said of itself; one query for all."""
        known: dict[dg.AssetKey, Mapping[str, Any]] = {key: {} for key in keys}
        for record in self.instance.get_asset_records(sorted(keys)):
            entry = record.asset_entry.last_materialization
            if entry is not None and (made := entry.asset_materialization) is not None:
                known[record.asset_entry.asset_key] = {name: value.value for name, value in made.metadata.items()}
        return known

    def _dataset(self, key: dg.AssetKey, known: Mapping[dg.AssetKey, Mapping[str, Any]], *, with_columns: bool) -> Dataset:
        """An asset as a dataset, with what is known of it now; columns are told where it is made."""
        node, about = self.nodes.get("__".join(key.path)), known.get(key, {})
        dataset = node.dataset if node else Dataset(name=_name(key))
        if not with_columns:
            dataset = replace(dataset, columns=(), made_of=None)
        version, n_rows = about.get("lake_version"), about.get("dagster/row_count")
        # A table that was never written has version -1 here, and none for others.
        return replace(dataset, version=None if version in (None, -1) else str(version), n_rows=n_rows)


def _node(workplace: Workplace, spec: dg.AssetSpec) -> Node:
    """An asset's place in the graph, from its definition alone."""
    models = workplace.project.models
    scores = {stage_key(workplace.project, model, SCORES): f"{model.name}/{MODEL}" for model in models}
    candidates = {stage_key(workplace.project, model, CANDIDATE): f"{model.name}/{MODEL}" for model in models}
    schema, lineage = (_plain(spec.metadata.get(f"dagster/column_{name}")) for name in ("schema", "lineage"))
    made_of = (
        {column: [(_name(dep.asset_key), dep.column_name) for dep in deps] for column, deps in lineage.deps_by_column.items()}
        if lineage
        else None
    )
    return Node(
        key=spec.key,
        job=Job(name=_name(spec.key), kind="ASSET", description=spec.description or ""),
        dataset=Dataset(
            name=_name(spec.key),
            columns=[(c.name, c.type) for c in schema.columns] if schema else (),
            made_of=made_of,
            address=_address(workplace, spec),
        ),
        reads=tuple(dep.asset_key for dep in spec.deps),
        reads_model=scores.get(spec.key),
        makes_model=candidates.get(spec.key),
    )


def _address(workplace: Workplace, spec: dg.AssetSpec) -> str | None:
    """Where the rows of an asset are, for tools that know the place and not our name: a lake table, or a source's own files."""
    project = workplace.project
    if "deltalake" in spec.kinds:
        return (workplace.settings.lake / project.name / _name(spec.key)).as_uri()
    for source in project.sources:
        if spec.key == raw_key(project, source) and isinstance(source.reader, Files):
            place = source.reader.pattern.partition("{day")[0]
            return place if is_address(place) else Path(place).absolute().as_uri()
    return None


def _plain(value: Any) -> Any:
    """A metadata value without Dagster's wrapper."""
    return value.value if isinstance(value, dg.MetadataValue) else value


def _name(key: dg.AssetKey) -> str:
    """An asset's name within its project."""
    return "/".join(key.path[1:])


def _days(tags: Mapping[str, str]) -> tuple[date, date] | None:
    """The first and the last day that a run makes; None where it makes none."""
    first, last = tags.get(RANGE_START) or tags.get(ONE_DAY), tags.get(RANGE_END) or tags.get(ONE_DAY)
    return (parse_day(first), parse_day(last)) if first and last else None
