"""Any source is one contract of the standard and comes back as it was; so does its Python file."""

import json
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files

import jsonschema
import pytest
import yaml
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from open_data_contract_standard.model import OpenDataContractStandard

from tenure.contracts import (
    Available,
    Column,
    Cumulative,
    Files,
    PackageTables,
    PersonalData,
    Query,
    Rule,
    SetAside,
    Snapshots,
    Source,
    Text,
    Volume,
    Weekdays,
)
from tenure.errors import SpecError
from tenure.open_contracts.document import write_yaml
from tenure.open_contracts.python_file import source_file
from tenure.open_contracts.read import read_contract
from tenure.open_contracts.written import contract_of
from tests.long_runs import IS_LONG

# A failing source is short as it is; to shrink it takes minutes, for each trial parses SQL.
TRIED = (Phase.explicit, Phase.generate)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=24)
SAID = st.one_of(st.just(""), WORDS)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True).filter(lambda name: name.lower() not in ("row", "is_gone"))
SHARES = st.floats(0, 1)
PATTERNS = st.sampled_from([None, "[1-9][0-9]{0,9}", "a|b", r"\d+\$", "^x", "é+", '"quoted"'])
NUMBERS = {int: st.integers(-(2**53), 2**53), float: st.floats(-1e12, 1e12)}
PLACES = st.sampled_from(["in/{day}.csv", "s3://bucket/{day:%Y%m%d}.jsonl.gz", "/exports/{day}-*.parquet", "az://c/{day}.tsv"])
TEXTS = st.builds(
    Text,
    encoding=st.sampled_from([None, "utf-8", "windows-1252"]),
    separator=st.sampled_from([None, ";", "\t", " "]),
    quote=st.sampled_from([None, "", "'"]),
    header=st.booleans(),
    decimal=st.sampled_from([None, ","]),
    thousands=st.sampled_from([None, "", ".", " "]).filter(lambda sign: sign != "."),
    times=st.sampled_from([(), "%d/%m/%Y", ("%Y", "%d.%m.%Y %H:%M")]),
    null_words=st.sampled_from([Text().null_words, (), ("no", "NULL", "~")]),
)
DELIVERED = st.builds(
    Weekdays, st.sampled_from(["mon tue", Weekdays().days]), closed_on=st.sampled_from([(), ("12-25",)]), otherwise=SAID
)


@st.composite
def columns(draw, name):
    """One column."""
    dtype = draw(st.sampled_from([str, int, float, bool, date, datetime]))
    options = {}
    if dtype in NUMBERS:
        low, high = sorted([draw(NUMBERS[dtype]), draw(NUMBERS[dtype])])
        options = draw(st.sampled_from([{}, {"minimum": low}, {"maximum": high}, {"minimum": low, "maximum": high}]))
    if dtype is str:
        allowed = draw(st.one_of(st.none(), st.lists(WORDS, min_size=1, max_size=12).map(tuple)))
        options = {"allowed": allowed, "pattern": draw(PATTERNS)}
    received = draw(st.one_of(st.none(), WORDS.filter(lambda word: word != name)))
    said = {"meaning": draw(WORDS), "unit": draw(st.one_of(st.none(), WORDS)), "because": draw(SAID)}
    personal, nullable = draw(st.sampled_from(list(PersonalData))), draw(st.booleans())
    return Column(name, dtype, received_as=received, nullable=nullable, personal=personal, **said, **options)


@st.composite
def readers(draw):
    """Where a source is read from."""
    place = draw(PLACES)
    still = place.replace("{day}", "all").replace("{day:%Y%m%d}", "all")
    database = draw(NAMES)
    return draw(
        st.sampled_from(
            [
                Files(pattern=place),
                Cumulative(pattern=still),
                Snapshots(pattern=place, gone="refused"),
                Snapshots(pattern=still, of=date(2020, 2, 29)),
                Query(database=database, table="(SELECT 1 AS one)", cursor="changed"),
                PackageTables(package="shop", extra="", tables=(("a", "data/a.parquet"),), query="SELECT *\n  FROM a"),
            ]
        )
    )


@st.composite
def sources(draw):
    """Any source."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.lower))
    own = tuple(draw(columns(name)) for name in names)
    when = [
        Column(
            "seen_on", draw(st.sampled_from([date, datetime])), meaning="when", received_as=draw(st.sampled_from([None, "At"]))
        )
    ]
    assume("seen_on" not in {name.lower() for name in names})
    is_dated = draw(st.booleans())
    reader = draw(readers())
    is_snapshot = isinstance(reader, Snapshots)
    times = [column.name for column in (*own, *when) if column.dtype in (date, datetime)]
    of_days = st.sampled_from([Available.END_OF_EVENT_DAY, Available.AT_EVENT])
    named = draw(st.sampled_from(names))
    low, more = draw(st.integers(0, 9)), draw(st.one_of(st.none(), st.integers(0, 9)))
    share = draw(SHARES)
    derived = draw(st.sampled_from([{}, {"made_of_it": f'"{named}" IS NULL'}, {"made": "1", "twice": "made + 1"}]))
    assume(not {name.lower() for name in names} & set(derived))
    condition = f"\"{named}\" IS NOT NULL OR 'it''s \"so\"' = ''"
    return Source(
        name="it",
        title=draw(WORDS),
        grain=draw(WORDS),
        key=draw(st.sampled_from([tuple(names), (named,), ("row",), *([("made_of_it",)] if "made_of_it" in derived else [])])),
        columns=(*own, *when),
        event_time=draw(st.sampled_from(times)) if is_dated and not is_snapshot else None,
        available=draw(of_days) if is_dated else Available.FROM_FIRST_DAY,
        reader=reader,
        owner=draw(st.sampled_from(["team:data", "team:shop", "who@example.org"])),
        derived=derived,
        set_aside=draw(st.sampled_from([(), (SetAside("odd", condition, "so it is", usually=(0.0, share)),)])),
        rules=draw(st.sampled_from([(), (Rule(name="odd rule", keeps=condition, meaning="it holds", because="why not"),)])),
        volume=Volume(minimum=low, maximum=None if more is None else low + more, because=draw(SAID)),
        delivered=draw(DELIVERED),
        late_days=draw(st.integers(0, 3)),
        max_duplicate_share=draw(SHARES),
        max_quarantine_share=draw(SHARES),
        text=draw(TEXTS),
        zone=draw(st.sampled_from(["UTC", "Europe/Paris"])),
        limitation=draw(SAID),
        unread=draw(st.sampled_from([(), ("Given name", "Anruf")])),
    )


@cache
def official():
    """The standard's own schema."""
    text = files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft201909Validator(json.loads(text))


def examples(n):
    """So many by day, many more by night."""
    return 20 * n if IS_LONG else n


@given(sources())
@settings(max_examples=examples(25), deadline=None, phases=TRIED)
def test_a_source_comes_back_from_its_contract(source):
    """Equal, whatever it holds, and nothing but what names the document is told as not kept."""
    read = read_contract(write_yaml(contract_of(source, "shop")), "it.odcs.yaml")

    assert read.sources == (source,)
    assert read.notes == ("Its id, version and status name the document; a source has none.",)


@given(sources())
@settings(max_examples=examples(10), deadline=None, phases=TRIED)
def test_a_contract_is_one_of_the_standard_for_its_schema_and_for_another_reader(source):
    """Valid by the official schema; and what the standard's own library writes of it again is the same source."""
    text = write_yaml(contract_of(source, "shop"))

    assert [error.message for error in official().iter_errors(yaml.safe_load(text))] == []
    again = OpenDataContractStandard.from_string(text).to_yaml()
    assert read_contract(again, "again.yaml").sources == (source,)


@given(sources())
@settings(max_examples=examples(20), deadline=None, phases=TRIED)
def test_a_source_comes_back_from_its_python_file(source):
    """Run, the file holds an equal one."""
    held = {}
    exec(compile(source_file(source, "It's \\ so."), "it.py", "exec"), held)  # noqa: S102 - the file that is tested

    assert held["SOURCE"] == source


@given(st.text(max_size=60), st.sampled_from(["apiVersion: v3.1.0\nkind: DataContract\n", ""]))
@settings(max_examples=examples(60), deadline=None, phases=TRIED)
def test_what_is_no_contract_is_refused_in_words(text, begins):
    """Whatever stands in a file, it is a sentence with the file's name: no such text is a whole contract."""
    with pytest.raises(SpecError, match=r"^it\.yaml"):
        read_contract(begins + text, "it.yaml")


def test_one_source_has_one_contract():
    """Written twice it is the same; its version follows from what it says."""
    source = Source(
        name="a", grain="one", key=("x",), event_time=None, available=Available.FROM_FIRST_DAY, reader=Files(pattern="{day}.csv"),
        columns=(Column("x", str, meaning="x"),),
    )  # fmt: skip
    version = contract_of(source, "shop")["version"]

    assert contract_of(source, "shop")["version"] == version
    assert contract_of(replace(source, grain="two"), "shop")["version"] != version
