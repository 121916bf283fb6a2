"""Projects: a folder of data about a company, walked rather than listed, and refused in words where it cannot work."""

import sys
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from tenure.contracts import PersonalData
from tenure.errors import SpecError
from tenure.loading import load_project
from tenure.project import Project, Roles, check_project
from tenure.statements import Statement

GROCER = load_project("projects.complete_journey")
_numbers = count()


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> str:
    """A project package on disk that borrows the grocer's parts; `files` replaces or adds files by name."""
    package = f"borrowed_{next(_numbers)}"
    contents = {
        "project": "from projects.complete_journey.project import PROJECT",
        "sources/__init__": "",
        "models/__init__": "",
        **{
            f"sources/{name}": f"from projects.complete_journey.sources.{name} import SOURCE"
            for name in ("transactions", "products", "households", "campaigns", "coupon_redemptions")
        },
        "models/lapse_28d": "from projects.complete_journey.models.lapse_28d import SPEC",
        **{name.replace("__", "/"): text for name, text in files.items()},
    }
    for name, text in contents.items():
        path = folder / package / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    return package


def test_both_folders_are_walked(tmp_path, monkeypatch):
    """What lies in sources/ and models/ is the project; no list is kept anywhere."""
    project = load_project(written(tmp_path, monkeypatch))

    assert [s.name for s in project.sources] == ["campaigns", "coupon_redemptions", "households", "products", "transactions"]
    assert [m.name for m in project.models] == ["lapse_28d"]


def test_a_file_without_its_one_constant_is_named(tmp_path, monkeypatch):
    """The message says which file must hold what, and what it holds."""
    package = written(tmp_path, monkeypatch, sources__stores="SOURCE = 'stores'")

    with pytest.raises(SpecError, match=rf"{package}/sources/stores.py must hold one SOURCE; found str"):
        load_project(package)


def test_a_name_that_differs_from_its_file_is_refused(tmp_path, monkeypatch):
    """Keys, tables and folders are named by the file."""
    package = written(tmp_path, monkeypatch, models__lapse="from projects.complete_journey.models.lapse_28d import SPEC")

    with pytest.raises(SpecError, match=r"lapse\.py holds SPEC named 'lapse_28d'; file and name must agree"):
        load_project(package)


def test_loading_leaves_no_trace_of_a_project_in_another(tmp_path, monkeypatch):
    """Two projects in one process are two."""
    package = written(tmp_path, monkeypatch)

    assert load_project(package) is not load_project("projects.complete_journey")
    assert load_project("projects.complete_journey").models == GROCER.models
    assert package in sys.modules


def test_a_role_must_be_one_of_the_sources():
    """And the message offers what there is."""
    roles = Roles(lines="receipts", products="products", campaigns="campaigns", redemptions="coupon_redemptions")

    with pytest.raises(SpecError, match=r"has no source 'receipts'; it has \['campaigns'"):
        check_project(replace(GROCER, roles=roles))


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({}, "no source for lines, products, campaigns, redemptions"),
        ({"lines": "transactions"}, "no source for products, campaigns, redemptions"),
        (dict.fromkeys(("lines", "products", "campaigns", "redemptions"), "transactions"), "more than once"),
    ],
)
def test_roles_are_played_by_one_source_each(named, words):
    """Said when they are declared."""
    with pytest.raises(SpecError, match=words):
        Roles(**named)


def test_a_source_without_what_its_role_takes_is_refused():
    """By the columns that features would look for in a run."""
    roles = Roles(lines="households", products="products", campaigns="campaigns", redemptions="coupon_redemptions")

    with pytest.raises(SpecError, match=r"'households' plays the part of lines .* takes columns \['basket_id', 'brand|basket_id"):
        check_project(replace(GROCER, roles=roles))


@pytest.mark.parametrize(
    ("project", "words"),
    [
        ("from tenure.audit import AuditLines\nLINES = AuditLines(selection_ratoi=0.8)", "line 2 .*'selection_ratoi'"),
        ("from dataclasses import replace\n\nPROJECT = replace(PROJEKT)", "line 3 .*PROJEKT"),
        ("import no_such_package_here", "imports 'no_such_package_here', which is not there"),
        ("PROJECT = (", "project.py cannot be read"),
    ],
)
def test_what_a_file_declares_wrongly_is_said_with_its_place(tmp_path, monkeypatch, project, words):
    """A misspelt line of an audit is a sentence, not a traceback."""
    with pytest.raises(SpecError, match=words):
        load_project(written(tmp_path, monkeypatch, project=project))


def test_an_attribute_that_is_not_declared_protected_is_refused():
    """What an audit reads must be held for audits alone."""
    households = GROCER.source("households")
    columns = tuple(replace(c, personal=PersonalData.BEHAVIOUR) if c.name == "age" else c for c in households.columns)
    sources = tuple(replace(s, columns=columns) if s is households else s for s in GROCER.sources)

    with pytest.raises(SpecError, match=r"audits by 'age', but column households.age is declared 'behaviour'"):
        check_project(replace(GROCER, sources=sources))


def test_an_attribute_or_column_that_does_not_exist_is_refused():
    """With the names that do."""
    with pytest.raises(SpecError, match="has no protected attribute 'age'"):
        check_project(replace(GROCER, attributes=GROCER.attributes[1:]))
    with pytest.raises(SpecError, match="'households' has no column 'shoe_size'"):
        check_project(replace(GROCER, attributes=(replace(GROCER.attributes[0], column="shoe_size"), *GROCER.attributes[1:])))


def test_a_statement_by_nobody_is_refused():
    """Authors are roles of the project."""
    spec = GROCER.models[0]
    statements = {**spec.narrative.statements, "target": Statement(text="words", author="somebody", on=date(2020, 1, 1))}
    models = (replace(spec, narrative=replace(spec.narrative, statements=statements)), *GROCER.models[1:])

    with pytest.raises(SpecError, match="a statement by 'somebody', which is no role"):
        check_project(replace(GROCER, models=models))


def test_a_feature_made_from_a_protected_column_is_refused():
    """Under whatever name the feature goes."""
    spec = GROCER.models[0]
    proxy = replace(spec.features[0], name="household_kind", reads=("households.household_composition",))
    models = (replace(spec, features=(*spec.features, proxy)), *GROCER.models[1:])

    with pytest.raises(SpecError, match=r"reads protected columns \[\('households', 'household_composition'\)\]"):
        check_project(replace(GROCER, models=models))


def test_partitions_are_as_of_days():
    """The first key is the day after the first day; a project whose data are history has a last one."""
    assert (GROCER.first_key, GROCER.last_key) == (date(2017, 1, 2), date(2018, 1, 1))
    assert len(GROCER.keys_until(GROCER.last_key)) == 365
    living: Project = replace(GROCER, last_day=None)
    assert (living.is_history, living.last_key) == (False, None)


@pytest.mark.parametrize(("named", "words"), [({"timezone": "Not/AZone"}, "does not exist"), ({"currency": "euro"}, "ISO 4217")])
def test_a_zone_or_currency_that_nobody_knows_is_refused(named, words):
    """Both may be left out; what is named must exist."""
    project = load_project("projects.complete_journey")

    check_project(replace(project, timezone="Europe/Paris", currency="EUR"))
    with pytest.raises(SpecError, match=words):
        check_project(replace(project, **named))
