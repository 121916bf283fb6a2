"""Decisions about people held against the log: whatever is done to the ledger past the doors is found."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from governance.records.log import Kind
from governance.records.person_decided import PersonDecided, decided_in, sign_person_decided
from governance.rules.verify import verify_history
from provenance.people_decided import earlier_of
from provenance.people_signed import held_against
from tenure.errors import PeopleError, RefusedError
from tenure.people.deciding import merge, split
from tenure.people.ledger import ERASED, Did, Entry, Ledger
from tenure.people.sealed import digest_of
from tests.unit.governance.book import Book, opened
from tests.unit.governance.sample import ORIGIN, PROJECT, key, signed_root, trust_root

TODAY, TOKEN = date(2026, 11, 1), ERASED + 16 * "0"


def entry(number: int, **changes: object) -> Entry:
    """A merge that Anna decided."""
    made = Entry(
        number=number, day=TODAY, did=Did.MERGED, customer_id="k-1", with_id="k-2", reason="they told us", by="staff-anna"
    )
    return replace(replace(made, signed=f"{number:032x}"), **changes)


def decided(of: Entry, book: Book, **changes: object) -> PersonDecided:
    """What Anna signs of an entry."""
    made = PersonDecided(
        installation=ORIGIN,
        project=PROJECT,
        number=of.number,
        digest=digest_of(of, of.signed or ""),
        earlier=(),
        identity="staff-anna",
        issued=book.now,
    )
    return replace(made, **changes)


def entered(book: Book, of: Entry, who: str = "anna", **changes: object) -> Entry:
    """An entry whose decision the log took."""
    book.add(Kind.PERSON_DECIDED, sign_person_decided(decided(of, book, **changes), key(who)))
    return of


def held(book: Book, *entries: Entry, **known: object):
    """A ledger of these entries, held against the log."""
    return held_against(Ledger.of(None).with_entries(entries), book.ledger, PROJECT, **known)


@pytest.fixture(scope="module")
def made() -> tuple[Book, tuple[Entry, ...]]:
    """Three decisions, the last of which names an id in its reason alone."""
    book = opened()
    entries = entry(0), entry(1, with_id="k-3"), entry(2, customer_id="k-4", with_id="k-5", reason="k-9 told us")
    return book, tuple(entered(book, one) for one in entries)


def test_decisions_as_they_were_made_hold(made):
    """Whatever rules add between them is theirs; the log tells of no id and of no reason."""
    book, entries = made
    by_rules = entry(3, by=None, signed=None, rule="email")

    whole = held(book, *entries, by_rules)

    assert (whole.n_signed, whole.n_unsigned, whole.n_erased, whole.faults) == (3, 0, 0, ())
    assert verify_history(book.ledger).is_sound
    assert not any(word in book.entries[-1].record.decode() for word in ("k-1", "told us"))


@pytest.mark.parametrize("n", range(3))
@pytest.mark.parametrize(
    "changes",
    [
        {"signed": None},
        {"signed": None, "with_id": "k-6"},
        {"signed": None, "by": None, "rule": "email"},
        {"signed": "ff" * 16},
        {"signed": "no salt"},
        {"with_id": "k-6"},
        {"day": TODAY - timedelta(days=1)},
        {"rule": "email"},
        {"probability": 0.1},
        {"probability": float("nan")},
        {"parameters": "{}"},
        {"reason": "another"},
        {"by": "staff-ben"},
        {"did": Did.APART},
        {"did": Did.SPLIT, "of": (0,)},
    ],
)
def test_a_changed_decision_is_found(made, n, changes):
    """The first as well as any other, without its salt or with it, whatever was changed."""
    book, entries = made
    changed = replace(entries[n], **changes)

    (fault,) = held(book, *(changed if one.number == n else one for one in entries)).faults

    assert fault.startswith(f"Entry {n} of the ledger of people is not what staff-anna signed")


def test_a_decision_that_is_taken_out_or_written_past_the_doors_is_found(made):
    """Each that the log names must be there, and none else may; one that was begun is said to be."""
    book, entries = made

    for n in range(3):
        (fault,) = held(book, *(one for one in entries if one.number != n)).faults
        assert f"names entry {n}" in fault
        assert "past the doors" in fault
    assert "the command died" in held(book, *entries[:2], begun=[2]).faults[0]
    assert len(held(book).faults) == 3
    for signed in (None, entries[0].signed):
        (fault,) = held(book, *entries, replace(entries[0], number=7, signed=signed)).faults
        assert "decision by staff-anna that the promotion log does not name" in fault


def test_what_an_erasure_took_is_no_fault_and_nothing_else_passes_for_it(made):
    """It is of a day that the log says was rewritten, named by the log, without its salt, and has an erasure's word in it."""
    book, entries = made
    erased = replace(entries[2], signed=None, reason=f"{TOKEN} told us")
    own = replace(entries[0], signed=None, with_id=TOKEN)
    days = {"erased_days": {TODAY}}

    gone = held(book, own, entries[1], erased, **days)
    assert (gone.n_signed, gone.n_erased, gone.faults) == (1, 2, ())
    assert len(held(book, own, entries[1], erased).faults) == 2
    assert len(held(book, replace(entries[0], signed=None), *entries[1:], **days).faults) == 1

    past = entry(7, did=Did.SPLIT, customer_id=None, with_id=None, moved=("k-2",), others=(TOKEN,))
    assert "does not name" in held(book, *entries, replace(past, signed=None), **days).faults[0]


def test_the_first_decision_in_the_log_says_which_are_of_before():
    """These stay, unsigned; none is added to them or taken out from then on."""
    book, unsigned = opened(), replace(entry(0), signed=None)
    before = held(book, unsigned)
    assert (before.n_signed, before.n_unsigned, before.faults) == (0, 1, ())

    earlier = earlier_of(Ledger.of(None).with_entries([unsigned]))
    assert earlier == (0,)
    first = entered(book, entry(2), earlier=earlier)
    whole = held(book, unsigned, first)
    assert (whole.n_signed, whole.n_unsigned, whole.faults) == (1, 1, ())

    for entries in (
        (replace(unsigned, by=None, rule="email"), first),
        (replace(unsigned, signed=first.signed), first),
        (first,),
        (unsigned, first, replace(entry(5), signed=None)),
    ):
        assert len(held(book, *entries).faults) == 1
    with pytest.raises(RefusedError, match="a later one cannot"):
        entered(book, entry(9), earlier=earlier)


@pytest.mark.parametrize(
    ("who", "changes", "refusal"),
    [
        ("ben", {}, "signed by another person"),
        ("scorer", {"identity": "service-scorer"}, "wrong role"),
        ("anna", {"installation": "log.staging"}, "approval for another installation"),
        ("anna", {"number": 0}, "replayed"),
    ],
)
def test_the_log_takes_decisions_of_reviewers_in_their_own_names_here_and_once(who, changes, refusal):
    """Whoever else signs is refused, as is an entry that is named already."""
    book = opened()
    entered(book, entry(0))

    with pytest.raises(RefusedError) as error:
        entered(book, entry(1), who, **changes)

    assert error.value.refusal == refusal


def test_who_left_cannot_decide_as_of_a_day_before():
    """The trust root is that of the decision's place in the log, and its date is the log's."""
    book = opened()
    begun, first = book.now, trust_root()
    book.now += timedelta(days=30)
    staff = tuple(one for one in first.staff if one.staff_id != "staff-anna")
    root = replace(first, version=2, previous=first.digest, issued=book.now, staff=staff)
    book.add(Kind.ROOT, signed_root(root))

    for issued in (begun, book.now):
        with pytest.raises(RefusedError):
            entered(book, entry(0), issued=issued)
    # Who holds the log's key too and keeps no rule is found when the ledger is held against it.
    book.force(Kind.PERSON_DECIDED, sign_person_decided(decided(entry(0), book, issued=begun), key("anna")))
    assert held(book, entry(0)).faults
    with pytest.raises(RefusedError):
        decided_in(book.ledger, PROJECT)


def test_nobody_decides_of_ids_before_they_were_met():
    """A merge or a split by hand is known from the day on which the last of its ids was met, at the earliest."""
    given = [Entry(number=n, day=TODAY + timedelta(days=n), did=Did.GIVEN, customer_id=f"k-{n}") for n in (0, 1)]
    ledger = Ledger.of(None).with_entries(given)
    said = {"reason": "they told us", "by": "staff-anna"}

    with pytest.raises(PeopleError, match=f"last of them was on {TODAY + timedelta(days=1)}"):
        merge(ledger, "k-0", "k-1", day=TODAY, **said)
    joined = ledger.with_entries([merge(ledger, "k-0", "k-1", day=TODAY + timedelta(days=1), **said)])
    with pytest.raises(PeopleError, match="met by"):
        split(joined, ["k-1"], day=TODAY, **said)
