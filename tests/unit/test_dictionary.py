"""The data dictionary: what a company declares, with who is made of what in both directions."""

from dataclasses import replace
from datetime import date

import pytest

from adapters.project_folders import SHIPPED, load_declared
from home.lake_tables import tables_of
from provenance.dictionary import judged_by
from tenure.contracts import Files, PersonalData, SetAside, Source, Weekdays
from tenure.dictionary import dictionary_of
from tenure.features import active_days, total
from tenure.history import Contacts, Events, LookUp, cents
from tenure.project import Project

EMPTY = Project(name="bare", title="Bare", first_day=date(2024, 1, 1), last_day=None, known_as="client", authors={}, purposes={})
VISITS = Events(
    "visits",
    noun="visit",
    values={"paid": cents("paid_amount", where="kind <> 'gift'")},
    look_ups=(LookUp("shops", on="shop"),),
    returns="paid_amount < 0",
)
CONTACTED = Contacts("visits", noun="letter", group="kind", held_out="none")
SHOPS = Source(
    name="shops",
    grain="one shop",
    key=("shop",),
    columns="shop text none the shop\ntown text none where it is\nopened day none since when",
    reader=Files(pattern="shops/{day}.csv"),
)
COLUMNS = """
    customer_id=Client       text       pseudonym  who came
    seen_at=When             time       behaviour  when
    shop                     text       none       where
    net                      number     behaviour  paid <b>before</b> tax
    tax                      number?    behaviour  tax
    kind                     text{sale|gift|none}  behaviour  what it was
    age                      whole[0..120]  protected  age
"""
VISIT_ROWS = Source(
    name="visits",
    grain="one visit",
    key=("row",),
    event_time="seen_at",
    columns=COLUMNS,
    derived={"paid_amount": "round(net + coalesce(tax, 0), 2)"},
    set_aside=(SetAside("guest", "customer_id IS NULL", "it names nobody", usually=(0.0, 0.25)),),
    reader=Files(pattern="visits/{day}.csv"),
    delivered=Weekdays("mon tue"),
    late_days=2,
    zone="Europe/Paris",
)
CLINIC = replace(
    EMPTY,
    name="clinic",
    sources=(SHOPS, VISIT_ROWS),
    histories=(VISITS, CONTACTED),
    features=(*active_days(VISITS, last=(7, 28)), total(VISITS.paid, last=28)),
)


def told(project):
    """The dictionary of a project."""
    rules = {source.name: judged_by(project, source) for source in project.sources}
    return dictionary_of(project, rules=rules, tables=tables_of(project))


@pytest.fixture(scope="module")
def clinic():
    """A made-up company without models, of what no shipped one has."""
    return told(replace(CLINIC, models=()))


@pytest.fixture(scope="module", params=["complete_journey", "telco"])
def shipped(request):
    """The projects that come with the code."""
    return told(load_declared(SHIPPED / request.param))


@pytest.fixture(scope="module")
def telco():
    """The subscribers."""
    return told(load_declared(SHIPPED / "telco"))


def test_lineage_reads_alike_in_both_directions(shipped):
    """An input names the columns behind it exactly where those columns name the input; models follow from their inputs."""
    forth = {(column, one.name) for one in shipped.inputs for column in one.made_of}
    back = {((s.name, c.name), name) for s in shipped.sources for c in s.columns for name in c.inputs}
    reads = {(model.name, name) for model in shipped.models for name in model.inputs}

    assert forth == back != set()
    assert reads == {(model, one.name) for one in shipped.inputs for model in one.models}
    for source in shipped.sources:
        for column in source.columns:
            assert set(column.models) == {model for model, name in reads if name in column.inputs}


def test_no_model_rests_on_a_column_that_is_kept_for_audits(shipped):
    """And each such column says so, with the attributes that models are audited by."""
    protected = [(s, c) for s in shipped.sources for c in s.columns if c.personal is PersonalData.PROTECTED]

    assert protected
    for source, column in protected:
        assert (column.inputs, column.models) == ((), ())
        assert "held for audits alone: no model reads it" in column.kept_out
        assert source.audits


def test_an_input_that_a_model_does_not_read_says_why(telco):
    """Whether somebody left you says so already; how long they stayed tells one model what it foresees, and not the other."""
    inputs = {one.name: one for one in telco.inputs}

    assert inputs["churn"].models == ()
    assert inputs["churn"].others[0] == "churned does not read it: it tells what the model foresees"
    assert inputs["subscription_age_days"].models == ("churned",)
    assert inputs["days_in_partner"].others[-1] == "it tells whom time_to_churn scores"
    assert [rule.name for rule in telco.models[1].not_read] == ["churn", "subscription_age_days"]


def test_what_is_left_out_and_what_is_derived_say_from_what(telco):
    """The total of the bills tells the months; the day of entry is counted back from them."""
    columns = {column.name: column for column in telco.sources[0].columns}

    assert columns["TotalCharges"].kept_out[0].startswith("left out of the subscriptions: it is what a month costs")
    assert (columns["started_on"].made_of, columns["started_on"].kind) == (("tenure",), "day")
    assert ("subscribers", "tenure") in {one.name: one for one in telco.inputs}["subscription_age_days"].made_of


def test_units_of_inputs_are_those_of_their_columns(telco):
    """What is kept as text is a category."""
    units = {one.name: one.unit for one in telco.inputs}

    assert (units["contract"], units["subscription_age_days"]) == ("category", "days")


def test_a_source_says_how_it_arrives_and_what_is_set_aside(clinic):
    """In sentences, with the path as the company wrote it."""
    visits = clinic.sources[1]

    assert visits.arrives == (
        "One delivery a day, at visits/{day}.csv.",
        "Delivered on mon tue.",
        "Times without an offset are those of Europe/Paris.",
        "A row is known from the end of its event's UTC day on, and a late one from the batch that brings it on.",
        "It may come up to 2 days after its event.",
    )
    assert visits.set_aside[0].because == "usually 0.0% to 25.0% of a batch; a day outside is withheld"
    rules = {column.name: column.rules for column in visits.columns}
    assert rules["kind"] == ("is given", "is one of sale, gift, none")
    assert rules["age"] == ("is given", "lies between 0 and 120")
    assert rules["tax"][-1] == "may be empty"


def test_an_input_leads_to_the_received_columns_behind_derived_ones(clinic):
    """Through the history's value, its condition and its returns."""
    paid = {one.name: one for one in clinic.inputs}["paid_cents_28d"]

    assert paid.made_of == tuple(("visits", name) for name in ("net", "tax", "kind", "paid_amount"))
    assert paid.models == ()


def test_who_was_contacted_is_read_by_no_model(clinic):
    """Although its column says it is what a person did."""
    column = next(column for column in clinic.sources[1].columns if column.name == "kind")

    assert column.kept_out == ("who was contacted: a model that reads it would learn the campaign",)


def test_tables_are_described_once_each_with_their_keys():
    """Every key of a table is among its columns, and every column has a meaning."""
    for project in (CLINIC, load_declared(SHIPPED / "complete_journey")):
        tables = tables_of(project)

        assert len({table.name for table in tables}) == len(tables)
        for table in tables:
            names = [name for name, _, _ in table.shape.columns]
            assert {"day", *table.shape.key} <= set(names)
            assert len(set(names)) == len(names)
            assert all(meaning for _, _, meaning in table.shape.columns)


def test_a_company_that_declares_nothing_yet_has_a_dictionary_too():
    """Of nothing."""
    bare = told(EMPTY)

    assert (bare.sources, bare.histories, bare.inputs, bare.models, bare.tables) == ((), (), (), (), ())
    assert bare.about == ("Customers are known as client. History runs from 2024-01-01 on; it still delivers.",)
