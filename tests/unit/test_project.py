"""Projects: a folder of data about a company, walked rather than listed, and refused in words where it cannot work."""

import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from tenure.contracts import PersonalData
from tenure.errors import SpecError
from tenure.features import latest, recency
from tenure.history import Events, States, cents
from tenure.loading import load_project
from tenure.misfits import misfits
from tenure.populations import had
from tenure.project import Project
from tenure.statements import Statement
from tests import company

COMPANY = load_project(company.PACKAGE)
RARE, LINES = company.RARE.source, company.LINES
OF_MODEL = f"from {company.PACKAGE}.models.{company.PROPENSITY} import SPEC"
MISSPELT = company.AMOUNT_KEPT[:-1]
_numbers = count()


def check_project(project: Project) -> None:
    """Refuse what does not fit together, as loading does."""
    if found := tuple(words for _, words in misfits(project)):
        raise SpecError(*found)


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> str:
    """A project package on disk that borrows the simulated company's parts; `files` replaces or adds files by name."""
    package = f"borrowed_{next(_numbers)}"
    contents = {
        "project": f"from {company.PACKAGE}.project import PROJECT",
        "history": f"from {company.PACKAGE}.history import *",
        "features": f"from {company.PACKAGE}.features import FEATURES",
        "sources/__init__": "",
        "models/__init__": "",
        **{f"sources/{one.name}": f"from {company.PACKAGE}.sources.{one.name} import SOURCE" for one in COMPANY.sources},
        f"models/{company.PROPENSITY}": OF_MODEL,
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

    assert [s.name for s in project.sources] == sorted(s.name for s in COMPANY.sources)
    assert [m.name for m in project.models] == [company.PROPENSITY]


def test_a_file_without_its_one_constant_is_named(tmp_path, monkeypatch):
    """The message says which file must hold what, and what it holds."""
    package = written(tmp_path, monkeypatch, sources__stores="SOURCE = 'stores'")

    with pytest.raises(SpecError, match=rf"{package}/sources/stores.py must hold one SOURCE; found str"):
        load_project(package)


def test_a_name_that_differs_from_its_file_is_refused(tmp_path, monkeypatch):
    """Keys, tables and folders are named by the file."""
    package = written(tmp_path, monkeypatch, models__one=OF_MODEL)

    with pytest.raises(SpecError, match=rf"one\.py holds SPEC named '{company.PROPENSITY}'; file and name must agree"):
        load_project(package)


def test_loading_leaves_no_trace_of_a_project_in_another(tmp_path, monkeypatch):
    """Two projects in one process are two."""
    package = written(tmp_path, monkeypatch)

    assert load_project(package) is not load_project(company.PACKAGE)
    assert load_project(company.PACKAGE).models == COMPANY.models
    assert package in sys.modules


def test_a_history_over_a_source_that_there_is_not_is_refused():
    """And the message offers what there is."""
    visits = Events("visits", noun="visit")

    with pytest.raises(SpecError, match=rf"has no source 'visits'; it has \['{COMPANY.sources[0].name}'"):
        check_project(replace(COMPANY, histories=(*COMPANY.histories, visits)))


def test_a_history_of_a_column_that_its_source_has_not_is_refused():
    """As the project is loaded, not in a run; with the nearest there is."""
    spent = Events(LINES, noun="spending", values={"amount": cents(MISSPELT)})

    with pytest.raises(SpecError, match=rf"'{MISSPELT}'.*Did you mean '{company.AMOUNT_KEPT}'"):
        check_project(replace(COMPANY, histories=(*COMPANY.histories, spent)))


def test_a_history_of_rows_that_are_nobodys_is_refused():
    """Which SQL would say of a column, and in a run."""
    told = next(source for source in COMPANY.sources if source.name == LINES)
    columns = tuple(replace(each, name="client_id") if each.name == "customer_id" else each for each in told.columns)
    nobodys = replace(told, columns=columns, key=(company.EACH,))

    with pytest.raises(SpecError, match=f"'{LINES}', which has no column 'customer_id', so its rows are nobody's"):
        check_project(replace(COMPANY, sources=tuple(nobodys if each is told else each for each in COMPANY.sources)))


def test_two_histories_of_one_noun_are_refused():
    """Their tables and features would go by one name."""
    again = Events(RARE, noun=company.EVENTS.noun)

    with pytest.raises(SpecError, match=f"Two histories of project '{company.NAME}' are called '{company.EVENTS.noun}'"):
        check_project(replace(COMPANY, histories=(*COMPANY.histories, again)))


def test_features_and_populations_are_of_histories_that_are_declared():
    """One that is made elsewhere would be rolled up by nobody."""
    visits = Events(LINES, noun="visit")
    spec = COMPANY.model(company.SOON)
    of_visits = replace(spec, population=spec.population & had(visits, within_days=28))

    for changed in ({"features": (*COMPANY.features, recency(visits))}, {"models": (of_visits,)}):
        with pytest.raises(SpecError, match=r"'visit_recency_days' is of visits, a history that history.py .* does not declare"):
            check_project(replace(COMPANY, **changed))


def test_what_no_feature_population_or_outcome_reads_is_not_rolled_up():
    """A history may be declared before anything reads it."""
    visits = Events(LINES, noun="visit")
    project = replace(COMPANY, histories=(*COMPANY.histories, visits))

    check_project(project)
    assert [history.noun for history in project.events] == [company.EVENTS.noun, company.RARE.noun]


@pytest.mark.parametrize("part", ["history", "features"])
def test_a_company_without_histories_or_features_is_told_which_file_is_missing(tmp_path, monkeypatch, part):
    """And what a folder holds."""
    package = written(tmp_path, monkeypatch)
    (tmp_path / package / f"{part}.py").unlink()

    with pytest.raises(SpecError, match=rf"{part}\.py is not there\. A company's folder holds project\.py, history\.py"):
        load_project(package)


@pytest.mark.parametrize(
    ("project", "words"),
    [
        ("from tenure.audit import AuditLines\nLINES = AuditLines(selection_ratoi=0.8)", "line 2 .*'selection_ratoi'"),
        ("from dataclasses import replace\n\nPROJECT = replace(PROJEKT)", "line 3 .*PROJEKT"),
        ("import no_such_package_here", "imports 'no_such_package_here', which is not there"),
        ("PROJECT = (", "project.py, line 1 cannot be read"),
    ],
)
def test_what_a_file_declares_wrongly_is_said_with_its_place(tmp_path, monkeypatch, project, words):
    """A misspelt line of an audit is a sentence, not a traceback."""
    with pytest.raises(SpecError, match=words):
        load_project(written(tmp_path, monkeypatch, project=project))


def test_an_attribute_that_is_not_declared_protected_is_refused():
    """What an audit reads must be held for audits alone."""
    audited = COMPANY.source(company.AUDITED)
    columns = tuple(replace(c, personal=PersonalData.BEHAVIOUR) if c.name == "age" else c for c in audited.columns)
    sources = tuple(replace(s, columns=columns) if s is audited else s for s in COMPANY.sources)

    with pytest.raises(SpecError, match=rf"audits by 'age', but column {company.AUDITED}.age is declared 'behaviour'"):
        check_project(replace(COMPANY, sources=sources))


def test_an_attribute_or_column_that_does_not_exist_is_refused():
    """With the names that do."""
    with pytest.raises(SpecError, match="has no protected attribute 'age'"):
        check_project(replace(COMPANY, attributes=COMPANY.attributes[1:]))
    with pytest.raises(SpecError, match=f"'{company.AUDITED}' has no column 'shoe_size'"):
        check_project(replace(COMPANY, attributes=(replace(COMPANY.attributes[0], column="shoe_size"), *COMPANY.attributes[1:])))


def test_a_statement_by_nobody_is_refused():
    """Authors are roles of the project."""
    spec = COMPANY.models[0]
    statements = {**spec.narrative.statements, "target": Statement(text="words", author="somebody", on=date(2020, 1, 1))}
    models = (replace(spec, narrative=replace(spec.narrative, statements=statements)), *COMPANY.models[1:])

    with pytest.raises(SpecError, match="a statement by 'somebody', which is no role"):
        check_project(replace(COMPANY, models=models))


def test_a_feature_made_from_a_protected_column_is_refused():
    """Under whatever name the feature goes."""
    people = States(company.AUDITED, noun="person", attributes=("age",))
    spec, histories = COMPANY.models[0], (*COMPANY.histories, people)
    proxy = replace(latest(people.age), name="stage_of_life")
    models = (replace(spec, features=(*spec.inputs, proxy)), *COMPANY.models[1:])

    with pytest.raises(SpecError, match=rf"reads protected columns \[\('{company.AUDITED}', 'age'\)\]"):
        check_project(replace(COMPANY, models=models, histories=histories))


def test_partitions_are_as_of_days():
    """The first key is the day after the first day; a project whose data are history has a last one."""
    assert (COMPANY.first_key, COMPANY.first_key - COMPANY.first_day) == (date(2020, 1, 2), timedelta(days=1))
    assert COMPANY.last_key == COMPANY.last_day + timedelta(days=1)
    assert len(COMPANY.keys_until(COMPANY.last_key)) == company.N_DAYS
    living: Project = replace(COMPANY, last_day=None)
    assert (living.is_history, living.last_key) == (False, None)


@pytest.mark.parametrize(("named", "words"), [({"timezone": "Not/AZone"}, "does not exist"), ({"currency": "euro"}, "ISO 4217")])
def test_a_zone_or_currency_that_nobody_knows_is_refused(named, words):
    """Both may be left out; what is named must exist."""
    check_project(replace(COMPANY, timezone="Europe/Paris", currency="EUR"))
    with pytest.raises(SpecError, match=words):
        check_project(replace(COMPANY, **named))
