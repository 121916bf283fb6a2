"""Lineage: what a run is told as, where it goes, and that telling never harms the run."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

from adapters.openlineage import Dataset, FileSink, HttpSink, Job, Run, event, open_lineage
from adapters.settings import load_settings
from home.workplace import Workplace
from pipelines.definitions import all_assets
from pipelines.lineage import _node, workplace_resource
from tenure.errors import SpecError
from tests import company
from tests.event_schema import Json, faults
from tests.premises import Premises

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
RUN_ID = "5f1d7a80-6d5b-4c1e-9d55-0d6f6f0c5b11"
CANARY = "CANARY-4711"


def an_event(kind: str = "COMPLETE") -> Json:
    """An event with every facet."""
    run = Run(run_id=RUN_ID, job=Job(name="features", kind="ASSET", description="Features."), days=(AT.date(), AT.date()))
    table = Dataset(
        name="features",
        version="3",
        n_rows=7,
        columns=[("day", "date")],
        made_of={"day": [("activity", "day")]},
        address="file:///lake/a%20company/features",
    )
    return event(
        kind,
        AT,
        replace(run, parent=(RUN_ID, "daily")),
        namespace="tenure.p",
        engine_version="1.0",
        inputs=[Dataset(name="m/model", is_model=True, version="a" * 64)],
        outputs=[table],
        error="it failed",
    )


def lines(path: Path) -> list[Json]:
    """The events of a file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """The simulated company before anything was landed."""
    return Premises(tmp_path).workplace


def run_assets(workplace: Workplace, *assets: dg.AssetsDefinition) -> bool:
    """Run assets that ask for the workplace, as the pipelines do."""
    with dg.DagsterInstance.ephemeral() as instance:
        resources = {"workplace": workplace_resource(workplace, assets)}
        return dg.materialize(assets, instance=instance, resources=resources, raise_on_error=False).success


def told(workplace: Workplace) -> list[Json]:
    """The events of the installation's file."""
    return lines(workplace.settings.home / "lineage" / "events.jsonl")


def table(name: str, *, fails: bool = False, deps: tuple[dg.AssetKey, ...] = ()) -> dg.AssetsDefinition:
    """An asset of the simulated company."""

    @dg.asset(key=[company.NAME, name], deps=deps)
    def made(workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        if fails:
            raise ValueError(f"a customer called {CANARY}")
        return dg.MaterializeResult(metadata={"lake_version": 4, "dagster/row_count": 12})

    return made


def test_an_event_with_every_facet_keeps_the_rules():
    """The schema that the other tests rely on accepts a whole event, and would notice a fault."""
    whole = an_event()

    assert faults(whole) == []
    assert faults({**whole, "eventTime": "yesterday"})
    assert faults({**whole, "run": {"runId": "1", "facets": {}}})
    assert faults({**whole, "outputs": [{**whole["outputs"][0], "facets": {"unheard_of": {}}}]})


def test_a_table_can_be_joined_to_what_other_tools_say_of_its_place(workplace):
    """A lake table and a source's own files carry the address at which others know them."""
    facets = an_event()["outputs"][0]["facets"]
    (same,) = facets["symlinks"]["identifiers"]
    assert (same["namespace"], same["name"]) == ("file", "/lake/a company/features")
    assert facets["dataSource"]["uri"] == "file:///lake/a%20company/features"

    known = {node.job.name: node.dataset.address for node in map(partial(_node, workplace), specs_of(workplace))}
    assert known["features"] == (workplace.settings.lake / workplace.project.name / "features").as_uri()
    assert known[f"raw/{company.LINES}"] == (workplace.settings.home.parent / "delivered" / company.LINES).as_uri()
    assert known[f"{company.SOON}/card"] is None


def specs_of(workplace: Workplace) -> list[dg.AssetSpec]:
    """Every asset of the company."""
    return [spec for asset in all_assets(workplace.project) for spec in asset.specs]


def test_a_run_is_told_from_its_start_to_its_end(workplace):
    """The run starts, its assets start and complete as parts of it, then the run completes; versions are those that were made."""
    upstream = table("activity")
    assert run_assets(workplace, upstream, table("features", deps=(upstream.key,)))
    events = told(workplace)

    assert [fault for one in events for fault in faults(one)] == []
    assert [(one["eventType"], one["job"]["name"]) for one in events[1:-1]] == [
        ("START", "activity"),
        ("COMPLETE", "activity"),
        ("START", "features"),
        ("COMPLETE", "features"),
    ]
    assert (events[0]["eventType"], events[-1]["eventType"]) == ("START", "COMPLETE")
    assert {one["run"]["facets"]["parent"]["run"]["runId"] for one in events[1:-1]} == {events[0]["run"]["runId"]}
    (read,) = events[-2]["inputs"]
    assert (read["name"], read["facets"]["version"]["datasetVersion"]) == ("activity", "4")
    assert events[-2]["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 12


def test_a_failed_asset_fails_the_run_and_no_value_is_told(workplace):
    """What the error said may be a customer's; its readers are told where to look."""
    upstream = table("activity", fails=True)
    assert not run_assets(workplace, upstream, table("features", deps=(upstream.key,)))
    events = told(workplace)

    assert [fault for one in events for fault in faults(one)] == []
    assert [(one["eventType"], one["job"]["name"]) for one in events[1:-1]] == [("START", "activity"), ("FAIL", "activity")]
    assert events[-1]["eventType"] == "FAIL"
    assert "activity" in events[-1]["run"]["facets"]["errorMessage"]["message"]
    assert CANARY not in json.dumps(events)


def test_a_sink_that_cannot_be_written_fails_no_run(workplace):
    """Lineage is for readers; no reader may stop a run."""
    workplace.settings.home.mkdir(parents=True)
    (workplace.settings.home / "lineage").write_text("a file where the folder should be")

    assert run_assets(workplace, table("activity"))


def test_every_derived_table_says_from_which_columns_it_is_made(workplace):
    """Validated, roll-ups, features and scores; the columns named exist in what is upstream."""
    known = {spec.key: spec for asset in all_assets(workplace.project) for spec in asset.specs}
    project = workplace.project
    derived = [["validated", source.name] for source in project.sources] + [["features"]]
    derived += [history.table.split("/") for history in project.events]
    derived += [[spec.name, "scores"] for spec in project.models]
    for path in derived:
        spec = known[dg.AssetKey([project.name, *path])]
        lineage = spec.metadata["dagster/column_lineage"]
        deps = [
            dep
            for each in (lineage.value if isinstance(lineage, dg.MetadataValue) else lineage).deps_by_column.values()
            for dep in each
        ]

        assert {dep.asset_key for dep in deps} <= {dep.asset_key for dep in spec.deps}
        for dep in deps:
            upstream = known[dep.asset_key].metadata.get("dagster/column_schema")
            if upstream is not None:
                schema = upstream.value if isinstance(upstream, dg.MetadataValue) else upstream
                # Every table of a day has the day and when its rows were known, beside the contract's columns.
                assert dep.column_name in {*(column.name for column in schema.columns), "day", "available_at"}


def test_the_file_takes_events_of_several_writers_whole(tmp_path):
    """Each call is one write, so no line is cut by another process."""
    sink = FileSink(tmp_path / "lineage" / "events.jsonl")
    writers = [threading.Thread(target=lambda: [sink.send([an_event()] * 3) for _ in range(20)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(lines(sink.path)) == 4 * 20 * 3


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, Json]]]]:
    """A collector on a free port: its address, and what it took."""
    taken: list[tuple[str, Json]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_collector_takes_the_events_in_order(collector, tmp_path):
    """They go to the path of the specification, and the file stays empty."""
    address, taken = collector
    sink = open_lineage(address, tmp_path)
    assert isinstance(sink, HttpSink)

    assert sink.post_later([an_event("START"), an_event("COMPLETE")]).result(timeout=30) == 2
    assert [(path, one["eventType"]) for path, one in taken] == [("/api/v1/lineage", "START"), ("/api/v1/lineage", "COMPLETE")]
    assert not (tmp_path / "lineage").exists()


def test_what_a_collector_does_not_take_is_in_the_file(tmp_path):
    """Nothing is lost while it is down."""
    sink = HttpSink("http://127.0.0.1:9/api/v1/lineage", FileSink(tmp_path / "events.jsonl"))

    posted = sink.post_later([an_event("START"), an_event("COMPLETE")])

    assert posted.result(timeout=30) == 0
    assert [one["eventType"] for one in lines(tmp_path / "events.jsonl")] == ["START", "COMPLETE"]


def test_an_address_that_is_not_of_the_web_is_refused(monkeypatch):
    """A file or another scheme would be read by the same library."""
    monkeypatch.setenv("TENURE_OPENLINEAGE_URL", "file:///etc/passwd")

    with pytest.raises(SpecError, match="TENURE_OPENLINEAGE_URL must begin with"):
        load_settings()


def test_the_days_of_a_run_are_its_nominal_time():
    """From the first day to the end of the last."""
    run = Run(run_id=RUN_ID, job=Job(name="daily", kind="JOB"), days=(date(2020, 8, 19), date(2020, 8, 21)))
    told = event("START", AT, run, namespace="tenure.p", engine_version="1.0")["run"]["facets"]["nominalTime"]

    assert (told["nominalStartTime"], told["nominalEndTime"]) == ("2020-08-19T00:00:00+00:00", "2020-08-22T00:00:00+00:00")
