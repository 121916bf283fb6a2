"""Which companies the Dagster of a home serves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import pipelines.location
from adapters.settings import REPOSITORY, Settings, load_settings
from pipelines import workspace
from pipelines.workspace import companies, write_workspace


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


def test_each_company_is_a_location_of_its_own(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own definitions where it has some; otherwise they are built from its folder."""
    has_none = workspace.find_spec
    monkeypatch.setattr(workspace, "find_spec", lambda name: None if name.startswith("projects.shop") else has_none(name))

    file = write_workspace(settings, "shop")

    locations = [one["python_module"] for one in json.loads(file.read_text(encoding="utf-8"))["load_from"]]
    assert locations == [
        {
            "module_name": "pipelines.location",
            "attribute": "shop",
            "location_name": "shop",
            "working_directory": str(REPOSITORY),
        },
        {
            "module_name": "projects.complete_journey.definitions",
            "location_name": "complete_journey",
            "working_directory": str(REPOSITORY),
        },
    ]


def test_what_is_no_company_has_no_definitions() -> None:
    """Dagster and others ask a module for names of Python's own."""
    with pytest.raises(AttributeError):
        _ = pipelines.location.__wrapped__
