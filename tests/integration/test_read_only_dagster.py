"""The Dagster for auditors: a real server, and real GraphQL mutations that it refuses."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.settings import load_settings
from cli.services import end_abandoned_runs, stop
from cli.serving import service_commands, service_environment

DEFINITIONS = """
import dagster as dg

@dg.asset
def looked_after() -> None: ...

defs = dg.Definitions(assets=[looked_after])
"""
KEY = {"path": ["looked_after"]}
WIPE = "mutation($key: AssetKeyInput!) { wipeAssets(assetPartitionRanges: [{assetKey: $key}]) { __typename } }"
REPORT = (
    "mutation($key: AssetKeyInput!) { reportRunlessAssetEvents(eventParams: "
    "{eventType: ASSET_MATERIALIZATION, assetKey: $key}) { __typename } }"
)
DELETE = 'mutation { deletePipelineRun(runId: "0b5c1f1e-0000-4000-8000-000000000000") { __typename } }'


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Both webservers over one small code location, by the command lines that `tenure up` uses."""
    home = tmp_path_factory.mktemp("audited")
    (home / "dagster").mkdir()
    (home / "location.py").write_text(DEFINITIONS)
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        ports = one.getsockname()[1], other.getsockname()[1]
    settings = replace(load_settings(), home=home, dagster_port=ports[0], audit_port=ports[1])
    end_abandoned_runs(settings)  # as `tenure up` does first: two servers that make the databases at once trip one another
    commands = service_commands(settings, home)
    environment = {**service_environment(settings), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    processes, addresses = [], {}
    try:
        for name, port in (("dagster", ports[0]), ("dagster for auditors", ports[1])):
            command = commands[name]
            at = command.index("-w")
            small = [*command[:at], "-f", str(home / "location.py"), *command[at + 2 :]]
            processes.append(subprocess.Popen(small, cwd=home, env=environment, start_new_session=True))
            addresses[name] = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 180
        while not all(_answers(address) for address in addresses.values()):
            assert all(process.poll() is None for process in processes)
            assert time.monotonic() < deadline, "the pages were not served in time"
            time.sleep(0.5)
        yield addresses
    finally:
        stop(processes)


def _answers(address: str) -> bool:
    """Whether a page is served."""
    try:
        with urllib.request.urlopen(f"{address}/server_info", timeout=5):  # noqa: S310
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def ask(address: str, query: str, **variables: object) -> Any:
    """The answer to a GraphQL request."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{address}/graphql", data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return json.loads(error.read())


def n_events(address: str) -> int:
    """How many materialisations of the asset the log holds."""
    query = "query($key: AssetKeyInput!) { assetNodes(assetKeys: [$key]) { assetMaterializations { runId } } }"
    return len(ask(address, query, key=KEY)["data"]["assetNodes"][0]["assetMaterializations"])


def outcome(answer: Any) -> set[str]:
    """What a mutation came to, by type."""
    return {found["__typename"] for found in (answer.get("data") or {}).values() if found}


@pytest.mark.slow
def test_an_auditor_s_dagster_shows_everything_and_changes_nothing(pages: dict[str, str]) -> None:
    """The same mutations that the other page carries out: a forged event, a wiped history, a deleted run."""
    open_page, closed_page = pages["dagster"], pages["dagster for auditors"]
    forged = outcome(ask(closed_page, REPORT, key=KEY))
    assert forged == {"UnauthorizedError"}
    assert n_events(open_page) == n_events(closed_page) == 0

    assert outcome(ask(open_page, REPORT, key=KEY)) == {"ReportRunlessAssetEventsSuccess"}
    assert n_events(closed_page) == 1

    assert outcome(ask(closed_page, WIPE, key=KEY)) == {"UnauthorizedError"}
    assert outcome(ask(closed_page, DELETE)) == {"UnauthorizedError"}
    assert n_events(closed_page) == 1

    # The page for engineers does all of it for whoever reaches it, which is why a proxy stands before it.
    assert outcome(ask(open_page, WIPE, key=KEY)) == {"AssetWipeSuccess"}
    assert n_events(closed_page) == 0
