"""Consent receipts of ISO/IEC TS 27560: what they say of each purpose, wherever a profile puts it, and what is no receipt."""

import json
from datetime import UTC, datetime

import pytest

from tenure.consent.receipt import read_receipt
from tenure.consent.rule import Said
from tenure.errors import ConsentError

GIVEN = {"event_state": "given", "event_time": "2026-03-01T10:00:00Z"}
WITHDRAWN = {"event_state": "dpv:ConsentWithdrawn", "event_time": "2026-04-01T10:00:00+02:00"}
RECEIPT = {
    "record_header": {"schema_version": "27560", "record_id": "r-17", "pii_principal_id": "c1"},
    "pii_processing": [{"purposes": [{"purpose": "letters", "lawful_basis": "consent"}, {"purpose": "offers"}]}],
    "events": [GIVEN, WITHDRAWN],
}


def read(receipt, purposes=("letters", "offers")):
    """The statements of a receipt."""
    return read_receipt(json.dumps(receipt).encode(), name="r.json", purposes=purposes)


def test_each_event_is_said_of_each_purpose():
    """With its moment in UTC, and the receipt's number as evidence."""
    found = read(RECEIPT)

    assert [(one.said, one.purpose) for one in found] == [
        (Said.GIVEN, "letters"), (Said.GIVEN, "offers"), (Said.WITHDRAWN, "letters"), (Said.WITHDRAWN, "offers"),
    ]  # fmt: skip
    assert {(one.customer_id, one.evidence) for one in found} == {("c1", "consent receipt r-17")}
    assert found[2].happened_at.astimezone(UTC) == datetime(2026, 4, 1, 8, tzinfo=UTC)


def test_a_flat_profile_is_read_alike():
    """Elements at the top, purposes as words, one event."""
    flat = {"record_id": "r-1", "pii_principal_id": "c1", "purposes": ["letters"], "event": GIVEN}

    assert [(one.said, one.purpose) for one in read(flat)] == [(Said.GIVEN, "letters")]


def test_what_was_refused_or_ran_out_is_no_consent_and_what_was_asked_for_says_nothing():
    """Each state of the specification has one meaning."""
    states = ("refused", "expired", "dpv:ConsentInvalidated", "terminated", "requested", "unknown", "dpv:RenewedConsentGiven")
    events = [{"event_state": state, "event_time": "2026-03-01"} for state in states]
    found = [one.said for one in read({**RECEIPT, "events": events}, ("letters", "offers")) if one.purpose == "letters"]

    assert found == [Said.WITHDRAWN] * 4 + [Said.GIVEN]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"record_header": {}}, "no record_id"),
        ({"pii_processing": {}}, "names no purposes"),
        ({"events": []}, "no events"),
        ({"events": [{"event_state": "liked"}]}, "in a state that is none"),
        ({"events": [{"event_state": "given"}]}, "without a time"),
        ({"events": [{**GIVEN, "validity_duration": "P1Y"}]}, "nothing here ends consent by the clock"),
        ({"pii_processing": {"purposes": [{"purpose": "advice"}]}}, "of purpose 'advice'; the project has letters, offers"),
    ],
)
def test_what_is_no_receipt_is_refused_in_words(change, words):
    """Naming the element that is missing, and never the person."""
    with pytest.raises(ConsentError, match=words) as refused:
        read({**RECEIPT, **change})

    assert "c1" not in str(refused.value)


def test_other_bytes_are_no_receipt():
    """Nor is a list."""
    for content in (b"<html>", b"[]"):
        with pytest.raises(ConsentError, match="is no consent receipt"):
            read_receipt(content, name="r.json", purposes=())
