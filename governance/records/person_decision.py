"""Decisions about who is one person as they were signed before they came to the log: in an envelope beside the entry.

The signature is over the entry, the ids and the place in the ledger included. Nobody signs such any more; which of them stand is
what the first decision in the log says (`person_decided.py`), for the date in such an envelope is the signer's own.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from governance.records.approval import NONCE_LETTERS
from governance.records.ledger import Ledger
from governance.records.person_decided import DECIDERS
from governance.records.signing import read_envelope
from tenure.canonical import check_hex, check_moment, check_text, decode
from tenure.refusals import Refusal, refused

PERSON_DECISION_TYPE = "application/vnd.tenure.person-decision+json"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, kw_only=True)
class PersonDecision:
    """One entry of a company's ledger of people, as whoever made it signs it; fields are those of the entry.

    `day` is spelled as a date; `identity` is the pseudonymous staff id; `nonce` is 32 letters of random hex.
    """

    installation: str
    project: str
    number: int
    day: str
    did: str
    customer_id: str | None
    with_id: str | None
    of: tuple[int, ...]
    moved: tuple[str, ...]
    others: tuple[str, ...]
    reason: str
    identity: str
    issued: datetime
    nonce: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for name, value in (("an installation", self.installation), ("a project", self.project), ("an identity", self.identity)):
            check_text(name, value)
        if not _DAY.fullmatch(self.day):
            raise ValueError("expected a day as YYYY-MM-DD")
        check_hex("a nonce", self.nonce, letters=NONCE_LETTERS)
        check_moment("issued", self.issued)


def read_person_decision(data: bytes, ledger: Ledger) -> PersonDecision:
    """Read and verify a decision, under the trust root that was in force when it was signed.

    Raises
    ------
    RefusedError: for a changed envelope, another installation, another signer than it names, and somebody who may not decide.
    """
    what = "the decision about a person"
    envelope = read_envelope(data, what=what)
    decision = decode(PersonDecision, envelope.payload, what="a decision about a person")
    ledger.check_here(decision.installation)
    begun = [place for place, _ in ledger.roots if ledger.records[place].at <= decision.issued]
    root = ledger.root_before((begun[-1] if begun else 0) + 1)
    signer = root.signer(envelope, PERSON_DECISION_TYPE, DECIDERS, at=decision.issued, what=what)
    if signer.staff_id != decision.identity:
        raise refused(
            Refusal.OTHER_PERSON,
            f"The decision about a person names {decision.identity}, but {signer.staff_id} signed it. Sign in your own name.",
        )
    return decision
