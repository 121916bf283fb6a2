"""Nobody is let off a gate but by exactly what enough reviewers signed, here, for this model and policy, and until it ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from governance.records.approval import Verdict
from governance.records.exception import ExceptionDecision, GateException, sign_exception, sign_exception_decision
from governance.records.log import Kind
from governance.records.serving import sign_promotion
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role
from governance.rules.exceptions import State, check_rests, exceptions
from governance.rules.verify import champion, verify_history
from tenure.canonical import sha256
from tenure.errors import RefusedError
from tenure.excepted import Bound
from tests.unit.governance.abuse import attempt
from tests.unit.governance.book import Book, opened
from tests.unit.governance.sample import (
    DAY,
    MODEL,
    ORIGIN,
    PEOPLE,
    PROJECT,
    evidence_of,
    key,
    package,
    policy,
    signed_root,
    staff,
    trust_root,
)

GATE, ONE = "fair", "tree one"
AUDIT = Bound(figure="age: Selection-rate ratio", groups=("19-34", "35-44"), is_least=True, value=0.75)
Changes = dict[str, object]


def proposal(at: datetime, who: str = "erik", *, key_of: str = "", **changes: object) -> bytes:
    """A signed proposal."""
    made = GateException(
        installation=ORIGIN,
        project=PROJECT,
        model=MODEL,
        gate=GATE,
        policy_digest=policy().digest,
        bounds=(AUDIT,),
        reason="few customers live abroad, and each is written to by hand",
        identity=PEOPLE[who][0],
        issued=at,
        ends=at + 90 * DAY,
        nonce=sha256(f"{who}{at}{changes}".encode())[:32],
    )
    return sign_exception(replace(made, **changes), key(key_of or who))


def decided(at: datetime, who: str, exception: str, *, key_of: str = "", **changes: object) -> bytes:
    """A signed decision on one."""
    made = ExceptionDecision(
        installation=ORIGIN,
        exception=exception,
        verdict=Verdict.APPROVE,
        reason="agreed, for a quarter, and no worse",
        identity=PEOPLE[who][0],
        issued=at,
        nonce=sha256(f"{who}{at}{exception}{changes}".encode())[:32],
    )
    return sign_exception_decision(replace(made, **changes), key(key_of or who))


def proposed(book: Book, who: str = "erik", **changes: object) -> str:
    """Record a proposal, and return its digest."""
    signed = proposal(book.now, who, **changes)
    book.add(Kind.EXCEPTION, signed)
    return sha256(signed)


def excepted(book: Book, *people: str, verdict: Verdict = Verdict.APPROVE, **changes: object) -> str:
    """Record a proposal with people's signatures."""
    digest = proposed(book, **changes)
    for who in people:
        book.add(Kind.EXCEPTED, decided(book.now, who, digest, verdict=verdict))
    return digest


PROPOSALS: dict[str, tuple[str, Callable[[datetime], bytes]]] = {
    "who only reads the log lets a gate fail": ("wrong role", lambda at: proposal(at, "auditor")),
    "Dora proposes as Erik, so that she may sign it": ("signed by another person", lambda at: proposal(at, key_of="dora")),
    "copied from a staging log": ("approval for another installation", lambda at: proposal(at, installation="log.staging")),
    "a key that has ended signs into its own past": ("time runs back", lambda at: proposal(at - DAY / 2)),
    "for good": ("counts too long", lambda at: proposal(at, ends=at + 181 * DAY)),
    "it ended before it began": ("counts too long", lambda at: proposal(at, ends=at)),
    "nobody says why": ("no reason", lambda at: proposal(at, reason=" ")),
    "of lineage": ("never excepted", lambda at: proposal(at, gate="lineage")),
    "of signatures": ("never excepted", lambda at: proposal(at, gate="signature")),
    "of leakage": ("never excepted", lambda at: proposal(at, gate="leakage")),
}
DECISIONS: dict[str, tuple[str, Callable[[datetime, str], bytes]]] = {
    "an engineer signs": ("wrong role", lambda at, one: decided(at, "erik", one)),
    "Ben signs as Carla": ("signed by another person", lambda at, one: decided(at, "carla", one, key_of="ben")),
    "copied from a staging log": (
        "approval for another installation",
        lambda at, one: decided(at, "ben", one, installation="log.staging"),
    ),
    "about an exception of another log": ("no exception", lambda at, _: decided(at, "ben", "ab" * 32)),
    "Anna signs twice": ("one person twice", lambda at, one: decided(at, "anna", one)),
    "Anna signs with her other key": ("one person twice", lambda at, one: decided(at, "anna", one, key_of="anna2")),
    "nobody says why": ("no reason", lambda at, one: decided(at, "ben", one, reason="")),
}


@pytest.mark.parametrize("what", PROPOSALS)
def test_a_proposal_that_must_not_count_is_not_recorded(what: str) -> None:
    """Whoever may write to the log without its key."""
    rule, signed = PROPOSALS[what]
    book = opened()

    attempt(rule)(lambda: book.add(Kind.EXCEPTION, signed(book.now)))()


@pytest.mark.parametrize("what", DECISIONS)
def test_a_decision_that_must_not_count_is_not_recorded(what: str) -> None:
    """Anna has signed already."""
    rule, signed = DECISIONS[what]
    book = opened()
    digest = excepted(book, "anna")

    attempt(rule)(lambda: book.add(Kind.EXCEPTED, signed(book.now, digest)))()


@attempt("replayed")
def test_a_proposal_is_sent_in_again() -> None:
    """The same bytes."""
    book = opened()
    signed = proposal(book.now)
    for _ in range(2):
        book.add(Kind.EXCEPTION, signed)


@attempt("self approval")
def test_who_proposes_signs_too() -> None:
    """Dora asks, and reviews."""
    book = opened()
    digest = proposed(book, "dora")
    book.add(Kind.EXCEPTED, decided(book.now, "dora", digest))


@attempt("exception ended")
def test_it_is_signed_after_its_end() -> None:
    """A signature cannot bring it back."""
    book = opened()
    digest = excepted(book, "anna", ends=book.now + DAY)
    book.now += DAY
    book.add(Kind.EXCEPTED, decided(book.now, "ben", digest))


def stated(book: Book, *, gates: tuple[str, ...] = (GATE,)) -> None:
    """A package that training stated as excepted is approved by two, and let serve by the promoter."""
    of = package(ONE)
    book.trained(of, gates=tuple(NamedDigest(name=gate, value="excepted") for gate in gates))
    book.approved(of, "anna", "ben")
    book.add(Kind.PROMOTED, sign_promotion(book.asked(of), key("promoter")))


# What is signed in place of an exception in force of exactly this, and by whom.
RESTS: dict[str, tuple[tuple[str, ...], Changes]] = {
    "one reviewer of two": (("anna",), {}),
    "of another model": (("anna", "ben"), {"model": "buys_7d"}),
    "of another project": (("anna", "ben"), {"project": "other"}),
    "of another gate": (("anna", "ben"), {"gate": "ranks_well"}),
    "under another policy": (("anna", "ben"), {"policy_digest": "ab" * 32}),
}


@pytest.mark.parametrize("what", RESTS)
def test_a_package_rests_on_an_exception_of_exactly_this(what: str) -> None:
    """The log's own rule, so the scorer and whoever verifies keep it too."""
    people, changes = RESTS[what]
    book = opened()
    if changes.get("project"):
        book = Book(pinned=root_of_two().digest)
        book.add(Kind.ROOT, signed_root(root_of_two()))
    excepted(book, *people, **changes)

    attempt("no exception")(lambda: stated(book))()


def root_of_two():
    """A trust root of two projects."""
    first = trust_root()
    return replace(first, quorums=(*first.quorums, replace(first.quorums[0], project="other")))


@attempt("no exception")
def test_a_rejection_stops_what_others_signed() -> None:
    """Carla's, while it stands."""
    book = opened()
    digest = excepted(book, "anna", "ben")
    book.add(Kind.EXCEPTED, decided(book.now, "carla", digest, verdict=Verdict.REJECT))
    stated(book)


@attempt("no exception")
def test_it_has_ended_when_the_package_is_to_serve() -> None:
    """Promoting again, or renewing, is as refused as the first time."""
    book = opened()
    excepted(book, "anna", "ben", ends=book.now + DAY)
    book.now += DAY
    stated(book)


@attempt("no exception")
def test_a_second_gate_fails_that_nobody_excepted() -> None:
    """One exception is of one gate."""
    book = opened()
    excepted(book, "anna", "ben")
    stated(book, gates=(GATE, "ranks_well"))


def test_what_came_to_serve_by_an_exception_serves_on_past_its_end_and_is_proved() -> None:
    """Until its review; the scorer asks what held when it was promoted."""
    book = opened()
    digest = excepted(book, "anna", "ben", ends=book.now + DAY)
    stated(book)
    book.now += 2 * DAY
    (stands,) = exceptions(book.ledger, PROJECT, MODEL, now=book.now)

    assert champion(book.ledger, PROJECT, MODEL, now=book.now).package_digest == package(ONE).digest
    assert verify_history(book.ledger).is_sound
    assert (stands.digest, stands.state, stands.signed_by) == (digest, State.ENDED, ("staff-anna", "staff-ben"))


def test_who_leaves_the_trust_root_excepts_nothing_any_more() -> None:
    """As with approvals: the people who are trusted where it is asked count."""
    book = opened()
    excepted(book, "anna", "ben")
    first = trust_root()
    without = tuple(one for one in first.staff if one.staff_id != "staff-ben")
    book.add(Kind.ROOT, signed_root(replace(first, version=2, previous=first.digest, issued=book.now, staff=without)))

    assert [one.state for one in exceptions(book.ledger, PROJECT, MODEL, now=book.now)] == [State.PROPOSED]


def test_a_person_alone_proposes_and_signs_in_two_acts() -> None:
    """Where the trust root lets them approve what they trained."""
    alone = staff("dora", roles=(Role.ENGINEER, Role.OWN_REVIEWER, Role.REVIEWER))
    first = trust_root()
    root = replace(
        first,
        quorums=(replace(first.quorums[0], reviewers=1),),
        staff=(alone, *(one for one in first.staff if one.staff_id not in ("staff-dora",))),
    )
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    digest = proposed(book, "dora")
    before = exceptions(book.ledger, PROJECT, MODEL, now=book.now)[0].state
    book.add(Kind.EXCEPTED, decided(book.now, "dora", digest))

    assert (before, exceptions(book.ledger, PROJECT, MODEL, now=book.now)[0].state) == (State.PROPOSED, State.IN_FORCE)


@pytest.mark.parametrize(
    ("rule", "told", "later"),
    [
        ("other exception", {"bounds": (replace(AUDIT, value=0.4),)}, timedelta()),
        ("other exception", {"gate": "ranks_well"}, timedelta()),
        ("other exception", {"signed_by": ("staff-anna", "staff-carla")}, timedelta()),
        ("no exception", {"digest": "ab" * 32}, timedelta()),
        ("exception ended", {}, 90 * DAY),
    ],
)
def test_a_card_tells_an_exception_as_it_was_signed(rule: str, told: Changes, later: timedelta) -> None:
    """Whoever holds the training service's key cannot widen one, and none is used past its end."""
    book = opened()
    excepted(book, "anna", "ben")
    (stands,) = exceptions(book.ledger, PROJECT, MODEL, now=book.now)
    known = replace(evidence_of(ONE), exceptions=(stands.facts,))
    check_rests(book.ledger, known, PROJECT, MODEL, policy().digest, now=book.now)
    forged = replace(known, exceptions=(replace(stands.facts, **told),))

    with pytest.raises(RefusedError) as error:
        check_rests(book.ledger, forged, PROJECT, MODEL, policy().digest, now=book.now + later)
    assert error.value.refusal == rule


@pytest.mark.parametrize(("rule", "model", "digest"), [("other exception", "buys_7d", ""), ("other policy", MODEL, "ab" * 32)])
def test_an_exception_of_another_model_or_policy_covers_no_card(rule: str, model: str, digest: str) -> None:
    """Each names one model under one policy."""
    book = opened()
    excepted(book, "anna", "ben")
    (stands,) = exceptions(book.ledger, PROJECT, MODEL, now=book.now)
    known = replace(evidence_of(ONE), exceptions=(stands.facts,))

    with pytest.raises(RefusedError) as error:
        check_rests(book.ledger, known, PROJECT, model, digest or policy().digest, now=book.now)
    assert error.value.refusal == rule
