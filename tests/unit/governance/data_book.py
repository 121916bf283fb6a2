"""A log in memory on which people propose and approve what data are used for."""

from dataclasses import replace
from datetime import datetime

from governance.records.approval import Verdict
from governance.records.data_use import (
    DataDecision,
    DataNote,
    DataProposal,
    sign_data_decision,
    sign_data_note,
    sign_data_proposal,
)
from governance.records.log import Kind
from governance.records.statement import NamedDigest
from governance.rules.data_standing import DataState, data_stands
from tenure.canonical import sha256
from tenure.loading import load_project
from tenure.purposes.declaration import Declaration, of_purpose, of_source
from tests import company
from tests.unit.governance.book import Book
from tests.unit.governance.sample import ORIGIN, PEOPLE, PROJECT, key, package

KNOWN = load_project(company.PACKAGE)
SOURCE = of_source(KNOWN.source(company.LINES))
PURPOSE = of_purpose(KNOWN.purpose("retention"), KNOWN.consents)
CHANGED = of_source(replace(KNOWN.source(company.LINES), kept_days=30))
BOTH = (SOURCE, PURPOSE)


def proposal(at: datetime, who: str = "erik", *, key_of: str = "", **said: object) -> bytes:
    """A signed proposal."""
    made = DataProposal(
        installation=ORIGIN,
        project=PROJECT,
        declarations=BOTH,
        reason="the board looked at both",
        identity=PEOPLE[who][0],
        issued=at,
        nonce=sha256(f"{who}{at}{said}".encode())[:32],
    )
    return sign_data_proposal(replace(made, **said), key(key_of or who))


def decided(at: datetime, who: str, proposed: str, *, key_of: str = "", **said: object) -> bytes:
    """A signed decision on one."""
    made = DataDecision(
        installation=ORIGIN,
        project=PROJECT,
        proposal=proposed,
        declarations=tuple(sorted(one.digest for one in BOTH)),
        verdict=Verdict.APPROVE,
        reason="read, and agreed",
        identity=PEOPLE[who][0],
        issued=at,
        nonce=sha256(f"{who}{at}{proposed}{said}".encode())[:32],
    )
    return sign_data_decision(replace(made, **said), key(key_of or who))


def noted(at: datetime, *, signer: str = "training", **said: object) -> bytes:
    """A signed note."""
    made = DataNote(installation=ORIGIN, project=PROJECT, declarations=(SOURCE,), identity=PEOPLE[signer][0], issued=at)
    return sign_data_note(replace(made, **said), key(signer))


def proposed(book: Book, who: str = "erik", **said: object) -> str:
    """Record a proposal, and return its digest."""
    signed = proposal(book.now, who, **said)
    book.add(Kind.DATA_PROPOSED, signed)
    return sha256(signed)


def approved(book: Book, *people: str, declarations: tuple[Declaration, ...] = BOTH) -> str:
    """Record a proposal with people's approvals."""
    digest = proposed(book, declarations=declarations)
    for who in people:
        own = tuple(sorted(one.digest for one in declarations))
        book.add(Kind.DATA_DECIDED, decided(book.now, who, digest, declarations=own))
    return digest


def state(book: Book, declaration: Declaration = SOURCE) -> DataState:
    """Where one stands at the end of a log."""
    return data_stands(book.ledger, PROJECT, [declaration])[0].state


def trained_on(book: Book, *sources: str) -> Book:
    """A signed training that had read sources."""
    book.trained(package(), data=tuple(NamedDigest(name=name, value="ab" * 32) for name in ("training_set", *sources)))
    return book
