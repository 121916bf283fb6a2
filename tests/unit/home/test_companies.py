"""Which companies a home holds, and finding the one that a command is for."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.project_folders import load_folder
from adapters.settings import Settings, load_settings
from home.companies import companies, find, remember
from tenure.errors import HomeError, SpecError
from tenure.loading import load_project
from tests import company as ours

DECLARED = """\
from dataclasses import replace

from tests.subscribers.project import PROJECT as COMPANY

PROJECT = replace(COMPANY, name={name!r})
"""
PARTS = (
    ("", "history", "*"),
    ("", "features", "FEATURES"),
    *(("sources", source.name, "SOURCE") for source in load_project(ours.PACKAGE).sources),
    ("models", ours.SOON, "SPEC"),
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty home, and nothing named by the environment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    return replace(load_settings(), home=tmp_path / "home", projects=())


@pytest.fixture
def company(tmp_path: Path) -> Callable[..., Path]:
    """Makes a company's folder at a place, of the simulated company's parts and one of its models."""

    def make(where: str, name: str | None = None) -> Path:
        folder = tmp_path / where
        for part in ("sources", "models"):
            (folder / part).mkdir(parents=True)
        (folder / "project.py").write_text(DECLARED.format(name=name or folder.name))
        for part, one, constant in PARTS:
            package = ".".join(filter(None, (ours.PACKAGE, part, one)))
            (folder / part / f"{one}.py").write_text(f"from {package} import {constant}\n")
        return folder

    return make


def test_a_company_is_loaded_from_wherever_it_lies(settings: Settings, company: Callable[..., Path]) -> None:
    """Its folder's name is its own, and the folder needs no `__init__.py`."""
    project = load_folder(find(settings, str(company("elsewhere/corner_shop"))))

    assert project.name == "corner_shop"
    assert [spec.name for spec in project.models] == [ours.SOON]


def test_a_folder_that_tenure_projects_names_is_searched_by_name(settings: Settings, company: Callable[..., Path]) -> None:
    """So is what comes with Tenure."""
    folder = company("ours/kiosk")

    assert find(replace(settings, projects=(folder.parent,)), "kiosk") == folder
    assert find(settings, "complete_journey").name == "complete_journey"
    with pytest.raises(SpecError, match=r"There is no company .kiosk.\. There are: complete_journey, telco; one"):
        find(settings, "kiosk")


def test_a_command_without_a_name_is_for_the_only_company_of_the_home(settings: Settings, company: Callable[..., Path]) -> None:
    """Of none, or of two, it asks."""
    with pytest.raises(SpecError, match="holds no company yet"):
        find(settings, None)
    one = company("a/first_shop")
    remember(settings, one)
    assert find(settings, None) == one == find(settings, "first_shop")

    remember(settings, find(settings, "complete_journey"))
    with pytest.raises(SpecError, match=r"holds 2 companies\. Say which: --project complete_journey or first_shop"):
        find(settings, None)


def test_in_its_own_folder_a_company_need_not_be_named(
    settings: Settings, company: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the home holds."""
    folder = company("a/street_shop")
    monkeypatch.chdir(folder)

    assert find(settings, None) == folder


def test_two_companies_of_one_name_never_share_a_home(settings: Settings, company: Callable[..., Path]) -> None:
    """A folder that was moved is the same company; one beside it is not."""
    first, second = company("a/twin"), company("b/twin")
    remember(settings, first)
    with pytest.raises(SpecError, match=r"holds a company 'twin' of .*/a/twin, and this one is at .*/b/twin"):
        remember(settings, second)

    first.rename(first.parent / "gone")
    with pytest.raises(SpecError, match=r"holds company 'twin', but .*/a/twin is not there"):
        companies(settings)
    remember(settings, second)
    assert companies(settings) == {"twin": second}


def test_a_home_of_before_holds_those_whose_batches_it_received(settings: Settings) -> None:
    """Other folders are no companies."""
    for name in ("complete_journey", "nobody"):
        (settings.raw / "receipts" / name).mkdir(parents=True)

    assert list(companies(settings)) == ["complete_journey"]


def test_what_is_no_company_is_said(settings: Settings, company: Callable[..., Path]) -> None:
    """A folder without a project, of a name that names nothing, and a record that was damaged."""
    with pytest.raises(SpecError, match=r"There is no company at .*: expected a folder that holds project\.py"):
        find(settings, "./nothing")
    with pytest.raises(SpecError, match="cannot name a company: expected lower-case letters"):
        find(settings, str(company("a/My-Shop", "my_shop")))
    with pytest.raises(SpecError, match="declares a project named 'other'; a company is named as its folder is"):
        load_folder(company("a/misnamed", "other"))
    (settings.home / "companies.json").write_text(json.dumps(["shop"]))
    with pytest.raises(HomeError, match="to say where companies are"):
        companies(settings)
