"""From rows of a source to events of consent: words, purposes, moments, corrections, and tables that are whole every time."""

import base64
from dataclasses import replace
from datetime import date, datetime

import duckdb
import pyarrow as pa
import pytest

from tenure.consent import Consents
from tenure.consent.told import together, told
from tenure.contracts import Available, Files, Snapshots, Source
from tests.consenting import CONSENTS, SOURCE

NOON, KNOWN = datetime(2020, 3, 1, 12), datetime(2020, 3, 1, 23, 59)  # noqa: DTZ001 - as the lake has them


def events(consents: Consents, source: Source, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """What rows of a source tell."""
    connection = duckdb.connect()
    connection.register("rows", pa.Table.from_pylist([{"available_at": KNOWN, **row} for row in rows]))
    text = told(consents, source, table="rows")
    return connection.sql(f"SELECT * FROM ({text}) ORDER BY ALL").to_arrow_table().to_pylist()


def said(word: str, topic: str = "post", **more: object) -> dict[str, object]:
    """A row of the source."""
    return {"customer_id": "c1", "said_at": NOON, "topic": topic, "said": word, **more}


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("yes", "given"), (" YES ", "given"), ("no", "withdrawn"), ("stop", "objected"), ("go on", "objection_withdrawn")],
)
def test_words_of_the_company_are_read_whatever_their_letters(word, meaning):
    """Case and blanks around tell nothing apart."""
    (found,) = events(CONSENTS, SOURCE, [said(word)])

    assert (found["said"], found["purpose"], found["happened_at"]) == (meaning, "letters", NOON)


def test_a_word_that_nobody_explains_gives_no_consent():
    """It counts as an objection; a row without any ends consent."""
    rows = [said("perhaps"), said(None, customer_id="c2")]
    assert [one["said"] for one in events(CONSENTS, SOURCE, rows)] == ["objected", "withdrawn"]


def test_a_purpose_is_told_without_regard_to_case():
    """As words are: an objection to “Letters ” is one to letters."""
    assert [one["purpose"] for one in events(CONSENTS, SOURCE, [said("yes", topic="Letters ")])] == ["letters"]


def test_a_word_may_stand_for_several_purposes_and_others_for_themselves():
    """One event for each, of the one row."""
    consents = replace(CONSENTS, purposes={"Post": ("letters", "offers")})
    found = events(consents, SOURCE, [said("yes"), said("yes", topic="advice", customer_id="c2")])

    assert [one["purpose"] for one in found] == ["letters", "offers", "advice"]
    assert found[0]["row_id"] == found[1]["row_id"] != found[2]["row_id"]


def test_every_row_may_be_of_one_purpose():
    """Where no column says of which."""
    consents = replace(CONSENTS, purpose="", purposes={"": "letters"})

    assert [one["purpose"] for one in events(consents, SOURCE, [said("yes")])] == ["letters"]


def test_a_day_is_the_moment_at_which_it_begins_for_the_company():
    """And what has no moment happened when it became known."""
    source = Source(
        name="consents", grain="one", key=("customer_id",), event_time="on", clocks="Europe/Paris",
        reader=Files(pattern="c/{day}.csv"),
        columns="customer_id text pseudonym who\non day behaviour when\nsaid text behaviour what\nback_on day? behaviour when",
    )  # fmt: skip
    consents = Consents("consents", did="said", given="yes", purposes={"": "letters"})
    row = {"customer_id": "c1", "on": date(2020, 3, 1), "said": "yes", "back_on": None}

    assert events(consents, source, [row])[0]["happened_at"] == datetime(2020, 2, 29, 23)  # noqa: DTZ001
    (late,) = events(replace(consents, happened="back_on"), source, [row])
    assert late["happened_at"] == datetime(2020, 3, 1, 22, 59)  # noqa: DTZ001


def test_of_a_table_that_is_whole_each_time_versions_are_events_and_a_row_that_is_gone_gives_no_consent():
    """An objection stays one, whether or not its row is still there."""
    source = Source(
        name="consents", grain="one customer", key=("customer_id",), reader=Snapshots(pattern="c/{day}.csv"),
        columns="customer_id text pseudonym who\nsaid text behaviour what",
    )  # fmt: skip
    assert source.available is Available.ON_RECEIPT
    consents = Consents("consents", did="said", given="yes", objected="stop", purposes={"": "letters"})
    later = datetime(2020, 3, 2, 23, 59)  # noqa: DTZ001
    rows = [
        {"customer_id": "c1", "said": "yes", "is_gone": False},
        {"customer_id": "c1", "said": "yes", "is_gone": True, "available_at": later},
        {"customer_id": "c2", "said": "stop", "is_gone": True, "available_at": later},
    ]
    found = events(consents, source, rows)

    assert [(one["said"], one["happened_at"]) for one in found] == [("given", KNOWN), ("withdrawn", later), ("objected", later)]
    assert len({one["row_id"] for one in found}) == 3


def tc_string(*consented: int) -> str:
    """A consent string of version 2 whose bits say consent to these purposes, and whose other bits are set; base64, web-safe."""
    head = f"{2:06b}" + "1" * 146
    bits = head + "".join("1" if number in consented else "0" for number in range(1, 25)) + "1" * 56
    return base64.urlsafe_b64encode(int(bits, 2).to_bytes(len(bits) // 8, "big")).decode().rstrip("=")


def test_consent_strings_of_the_iab_are_read_by_purpose():
    """A purpose that needs two of theirs is told of twice, and the stricter holds; what cannot be read gives no consent."""
    source = replace(
        SOURCE,
        key=("customer_id", "said_at"),
        columns="customer_id text pseudonym who\nsaid_at time behaviour when\nstring text behaviour what",
    )
    consents = Consents("consents", tcf="string", happened="said_at", purposes={"3": ("letters", "offers"), "4": "offers"})
    strings = {
        "all": tc_string(*range(1, 25)),
        "third": f" {tc_string(3)}.YAAAAAAAAAAA ",
        "none": tc_string(),
        "broken": "CPXxR!",
        "emptied": None,
    }
    rows = [{"customer_id": name, "said_at": NOON, "string": string} for name, string in strings.items()]
    found = {name: [] for name in strings}
    for one in events(consents, source, rows):
        found[one["customer_id"]].append((one["purpose"], one["said"]))

    yes, no = "given", "withdrawn"
    assert found["all"] == [("letters", yes), ("offers", yes), ("offers", yes)]
    assert found["third"] == [("letters", yes), ("offers", yes), ("offers", no)]
    assert found["none"] == found["broken"] == found["emptied"] == [("letters", no), ("offers", no), ("offers", no)]


def test_no_table_tells_no_event():
    """Before the first batch."""
    assert duckdb.sql(together({})).fetchall() == []
