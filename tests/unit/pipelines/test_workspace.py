"""Which companies the Dagster of a home serves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import pipelines.location
from adapters.settings import Settings, load_settings
from pipelines import workspace
from pipelines.workspace import code_servers, companies, write_workspace


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in which days of three names were landed, one of which is no project here."""
    for name in ("complete_journey", "nobody", "not a name"):
        (tmp_path / "raw" / "receipts" / name).mkdir(parents=True)
    return replace(load_settings(), home=tmp_path)


def test_a_home_serves_the_company_asked_for_and_those_that_live_in_it(settings: Settings) -> None:
    """Not whichever company the code came with."""
    assert companies(settings, "shop") == ("shop", "complete_journey")
    assert companies(replace(settings, home=settings.home / "new"), "shop") == ("shop",)


def test_each_company_has_one_server_that_pages_and_daemon_ask(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its own definitions where it has some; otherwise they are built from its folder."""
    has_none = workspace.find_spec
    monkeypatch.setattr(workspace, "find_spec", lambda name: None if name.startswith("projects.shop") else has_none(name))

    file, servers = write_workspace(settings, "shop", tmp_path), code_servers(settings, "shop", tmp_path)

    locations = [one["grpc_server"] for one in json.loads(file.read_text(encoding="utf-8"))["load_from"]]
    assert locations == [
        {"socket": str(tmp_path / "0.sock"), "location_name": "shop"},
        {"socket": str(tmp_path / "1.sock"), "location_name": "complete_journey"},
    ]
    assert [
        [command[command.index(option) + 1] for option in ("--socket", "--location-name")] for command in servers.values()
    ] == [list(location.values()) for location in locations]
    assert servers["code of shop"][-4:] == ["-m", "pipelines.location", "-a", "shop"]
    assert servers["code of complete_journey"][-2:] == ["-m", "projects.complete_journey.definitions"]


def test_what_is_no_company_has_no_definitions() -> None:
    """Dagster and others ask a module for names of Python's own."""
    with pytest.raises(AttributeError):
        _ = pipelines.location.__wrapped__
