"""Contracts of the Open Data Contract Standard: what becomes of others' contracts, and in which words they are refused."""

from datetime import datetime

import pytest
import yaml

from adapters.project_folders import SHIPPED, load_declared
from tenure.contracts import Cumulative, PersonalData, Query, Rule, Snapshots, Volume
from tenure.errors import SpecError
from tenure.open_contracts.document import write_yaml
from tenure.open_contracts.read import read_contract
from tenure.open_contracts.written import contract_of

OTHERS = """\
apiVersion: v3.0.2
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
version: 2.0.0
status: active
domain: sales
tags: [orders]
description:
  purpose: What was ordered.
  limitations: Orders by telephone are missing.
team:
- username: ann
  role: owner
servers:
- server: lake
  type: bigquery
  project: p
  dataset: d
- server: files
  type: s3
  location: s3://exports/{model}/{day}.csv
  format: csv
slaProperties:
- {property: latency, value: 2, unit: d}
- {property: retention, value: 3, unit: y}
schema:
- name: Order Lines
  physicalName: order_lines
  description: One line of an order.
  quality:
  - {metric: rowCount, mustBeGreaterThan: 99, description: a quiet day has more, severity: error}
  - {metric: duplicateValues, arguments: {properties: [line id]}, mustBe: 0}
  - type: sql
    name: paid
    description: nothing is paid twice
    query: SELECT COUNT(*) FROM ${table} WHERE PAID_AMT > gross
    mustBe: 0
  - {type: sql, name: joined, query: "SELECT COUNT(*) FROM {object} JOIN x USING (y) WHERE paid > 1", mustBe: 0}
  - {type: text, description: It is good.}
  properties:
  - {name: line id, logicalType: string, primaryKey: true, required: true, unique: true}
  - {name: client_id, logicalType: string, classification: restricted}
  - {name: birth_year, logicalType: integer, classification: public, logicalTypeOptions: {exclusiveMinimum: 1900, multipleOf: 1}}
  - {name: paid, physicalName: PAID_AMT, physicalType: NUMERIC(10), logicalTypeOptions: {minimum: 0.5}}
  - {name: gross, logicalType: number, physicalType: NUMERIC(9), partitioned: false, tags: []}
  - name: ordered
    logicalType: date
    logicalTypeOptions: {format: dd.MM.yyyy HH:mm}
  - name: channel
    logicalType: string
    enum: [{value: web}, {value: shop}]
    examples: [web]
    quality:
    - {metric: nullValues, mustBe: 0, schedule: 0 20 * * *}
    - {metric: duplicateValues, mustBeLessThan: 10}
  - {name: code, logicalType: string, logicalTypeOptions: {pattern: "[A-Z]{2}", maxLength: 9}}
"""


@pytest.fixture(scope="module")
def read():
    """Another tool's contract, as it is read here."""
    return read_contract(OTHERS, "orders.yaml")


def edited(**changes):
    """A small contract with some of it said otherwise; None leaves it out."""
    table = {"name": "a", "properties": [{"name": "x", "logicalType": "string"}]}
    whole = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "a", "version": "1", "status": "active", "schema": [table]}
    return yaml.safe_dump({name: value for name, value in (whole | changes).items() if value is not None}, sort_keys=False)


def of_column(**says):
    """A small contract whose one column says this."""
    return edited(schema=[{"name": "a", "properties": [{"name": "x", **says}]}])


def test_a_table_of_others_becomes_a_source(read):
    """With what both can say: names, types, keys, bounds, patterns, values, zones, lateness, where it lies."""
    (source,) = read.sources
    columns = {column.name: column for column in source.columns}

    assert (source.name, source.grain, source.key) == ("order_lines", "One line of an order.", ("line_id",))
    assert (source.reader.pattern, source.late_days) == ("s3://exports/Order Lines/{day}.csv", 2)
    assert (source.limitation, source.max_duplicate_share) == ("Orders by telephone are missing.", 0.0)
    assert source.volume == Volume(minimum=100, because="a quiet day has more")
    assert (columns["line_id"].received_as, columns["line_id"].nullable) == ("line id", False)
    assert (columns["paid"].dtype, columns["paid"].received_as, columns["paid"].minimum) == (float, "PAID_AMT", 0.5)
    assert columns["birth_year"].minimum == 1901
    assert (columns["channel"].allowed, columns["channel"].nullable) == (("web", "shop"), False)
    assert columns["code"].pattern == "(?s:.*)(?:[A-Z]{2})(?s:.*)"
    assert source.text.times == "%d.%m.%Y %H:%M"


def test_sql_that_counts_bad_rows_becomes_a_rule_in_our_names(read):
    """Its condition turned round, and the company's column called as it is here."""
    (rule,) = read.sources[0].rules

    assert rule == Rule(name="paid", keeps="NOT coalesce((paid > gross), FALSE)", meaning="nothing is paid twice")


def test_how_personal_a_column_is_follows_the_stricter_of_class_and_name(read):
    """A year of birth is protected, whatever its class; the customer is a pseudonym; each proposal is told."""
    personal = {column.name: column.personal for column in read.sources[0].columns}

    assert personal["birth_year"] is PersonalData.PROTECTED
    assert personal["customer_id"] is PersonalData.PSEUDONYM
    assert any("birth_year is classified 'public'; it counts as 'protected'" in note for note in read.notes)


@pytest.mark.parametrize(
    "words",
    [
        "line 6 (domain): not kept",
        "line 7 (tags): not kept",
        "(description.purpose): not kept",
        "(team): not kept",
        "line 15 (servers[0]",
        "(slaProperties[1]",
        "(schema[0].quality[3]): the rule 'joined' is not kept: its SQL is no count of the rows of this table",
        "(schema[0].quality[4]): the rule 'in words' is not kept: a source has no such rule",
        "(schema[0].properties[0].unique): not kept",
        "(schema[0].properties[2].logicalTypeOptions.multipleOf): not kept",
        "(schema[0].properties[6].examples): not kept",
        "(schema[0].properties[6].quality[1]): the rule 'duplicateValues' of this column is not kept",
        "(schema[0].properties[7].logicalTypeOptions.maxLength): not kept",
        "(schema[0].quality[0].severity): not kept",
        "(schema[0].properties[6].quality[0].schedule): not kept",
        "Physical types are those of the place where a table lies",
    ],
)
def test_what_no_source_can_hold_is_said_with_its_place(read, words):
    """Nothing of a contract is dropped in silence."""
    assert [note for note in read.notes if words in note], read.notes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", r"x.yaml, line 1: this is no YAML"),
        ("- 1", r"x.yaml: expected a data contract as a mapping of names to values; found a list"),
        ("kind: a\nkind: b", r"x.yaml, line 2: 'kind' stands twice in one mapping"),
        (edited(kind="Other"), r"line 2 \(kind\): expected a DataContract .* found 'Other'"),
        (edited(apiVersion="v2.2.2"), r"line 1 \(apiVersion\): expected one of v3.0.0, .*; found 'v2.2.2'"),
        (edited(apiVersion=None), r"\(apiVersion\): expected one of .*; found None"),
        (edited(schema=None), r"the contract describes no table"),
        (edited(schema=[{"name": "a"}]), r"the table 'a' describes no column"),
        (edited(schema=[{"name": "a", "properties": ["x"]}]), r"properties\[0\]\): expected a mapping; found text"),
        (
            of_column(logicalType="array"),
            r"line 10 \(schema\[0\].properties\[0\].logicalType\): a column is of one of the types .*; found 'array'",
        ),
        (
            of_column(physicalType="GEOGRAPHY"),
            r"has the physical type 'GEOGRAPHY'; expected a logicalType",
        ),
        (of_column(), r"the column has no type"),
        (
            of_column(logicalType="string", required="yes"),
            r"\(schema\[0\].properties\[0\].required\): expected true or false; found text",
        ),
        (
            edited(
                schema=[
                    {"name": "a", "properties": [{"name": "x", "logicalType": "string", "logicalTypeOptions": {"pattern": "("}}]}
                ]
            ),
            r"the pattern is none of RE2's",
        ),
        (
            edited(
                schema=[{"name": "a", "customProperties": [{"property": "tenureKye", "value": 1}], "properties": [{"name": "x"}]}]
            ),
            r"there is no property 'tenureKye'; expected one of tenureKey",
        ),
    ],
)
def test_what_cannot_be_a_source_is_refused_with_its_line(text, words):
    """What was expected, what was found, and where."""
    with pytest.raises(SpecError, match=words):
        read_contract(text, "x.yaml")


def test_a_contract_that_grows_by_aliases_is_refused():
    """A few lines that stand for more parts than any contract has."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{c}: &{c} [{','.join(['*' + p] * 10)}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True)
    )

    with pytest.raises(SpecError, match="holds more than 200000 parts"):
        read_contract(bomb, "x.yaml")


def test_a_table_without_days_is_a_snapshot_and_a_database_is_a_query():
    """As far as a server says; otherwise a place stands in for it, and that is said."""
    local = [{"server": "f", "type": "local", "path": "people.parquet", "format": "parquet"}]
    base = [{"server": "crm", "type": "postgres", "host": "h", "port": 5432, "database": "crm", "schema": "public"}]

    assert read_contract(edited(servers=local), "x").sources[0].reader == Snapshots(pattern="people.parquet")
    told = read_contract(edited(servers=base), "x")
    assert told.sources[0].reader == Query(database="crm", table="public.a")
    assert any("its address is kept in TENURE_DATABASE_CRM" in note for note in told.notes)
    nowhere = read_contract(edited(), "x")
    assert nowhere.sources[0].reader == Snapshots(pattern="deliveries/a.csv")
    assert any("no server of the contract is read here: deliveries/a.csv stands" in note for note in nowhere.notes)


def test_who_and_when_can_be_said_where_the_contract_does_not():
    """Of two times one is the event's; a column that is called otherwise names the customer."""
    columns = [{"name": n, "logicalType": t} for n, t in (("who", "string"), ("made", "timestamp"), ("paid", "timestamp"))]
    text = edited(schema=[{"name": "a", "properties": columns}])

    with pytest.raises(SpecError, match="does not say which column is its event_time"):
        read_contract(text, "x.yaml")
    (source,) = read_contract(text, "x.yaml", customer="who", time="paid").sources
    assert (source.event_time, source.column("customer_id").received_as) == ("paid", "who")
    assert isinstance(source.reader, Cumulative)
    with pytest.raises(SpecError, match=r"No column 'whom' names the customer; there are who, made, paid. Did you mean 'who'\?"):
        read_contract(text, "x.yaml", customer="whom")


def test_rules_leave_as_the_standards_own_in_the_companys_names():
    """Uniqueness and counts as library rules, a rule across columns as SQL over what is received, classes for how personal."""
    grocer = load_declared(SHIPPED / "complete_journey")
    contract = contract_of(grocer.source("transactions"), grocer.name)
    (table,) = contract["schema"]
    classes = {column["name"]: column["classification"] for column in table["properties"]}

    assert [rule["metric"] for rule in table["quality"][:2]] == ["rowCount", "duplicateValues"]
    assert table["quality"][1]["mustBeLessOrEqualTo"] == 0.1
    assert '"coupon_match_disc" = 0 OR "coupon_disc" > 0' in table["quality"][2]["query"]
    assert classes["customer_id"] == "confidential"
    households = contract_of(grocer.source("households"), grocer.name)["schema"][0]["properties"]
    assert {column["classification"] for column in households[1:]} == {"restricted"}
    assert households[1]["quality"][0]["arguments"]["validValues"][0] == "19-24"


def test_no_path_of_this_machine_and_no_time_stands_in_a_contract():
    """Equal folders give equal bytes, wherever they lie."""
    telco = load_declared(SHIPPED / "telco")
    text = write_yaml(contract_of(telco.source("subscribers"), telco.name))

    assert "path: Telco-Customer-Churn.csv.gz" in text
    assert str(SHIPPED) not in text
    assert f"{datetime.now():%Y-%m}" not in text  # noqa: DTZ005 - any clock's month
