"""Decisions about people: the door at which reviewers enter in the log what they add to the ledger of people."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.doors.reading import PromotionReading
from governance.records.log import Kind
from governance.records.person_decided import (
    PersonDecided,
    decided_in,
    peek_person_decided,
    read_person_decided,
    sign_person_decided,
)
from governance.stores.signed_log import ATTEMPTS
from tenure.canonical import moment
from tenure.errors import HeadMovedError


class PeopleDeciding(PromotionReading):
    """Entering decisions about people, and reading which there are."""

    def sign_person_decisions(self, records: Sequence[PersonDecided], key: Ed25519PrivateKey) -> tuple[bytes, ...]:
        """Decisions signed by whoever makes them, and proved to be what the log takes.

        Raises
        ------
        RefusedError: where the key is not of the person named, or the person may not decide.
        """
        signed, ledger = tuple(sign_person_decided(record, key) for record in records), self.ledger()
        for envelope in signed:
            read_person_decided(envelope, ledger, at=moment(self._clock()), place=ledger.size)
        return signed

    def enter_person_decisions(self, signed: Sequence[bytes]) -> None:
        """Enter signed decisions in the log, all or none.

        Raises
        ------
        RefusedError: as `sign_person_decisions` does.
        """
        for _ in range(ATTEMPTS):
            try:
                self._log.append_after(self.ledger().head, [(Kind.PERSON_DECIDED, one) for one in signed], self._clock())
            except HeadMovedError:
                continue  # somebody else's record came first
            return
        raise HeadMovedError(f"The promotion log grew {ATTEMPTS} times while a decision was to be entered. Try again.")

    def person_decisions(self) -> tuple[PersonDecided, ...]:
        """Every decision about people of the company that the log holds, oldest first."""
        return decided_in(self.ledger(), self._project.name)

    def has_entered(self, signed: Sequence[bytes]) -> bool:
        """Whether the log holds these decisions."""
        held = {(one.number, one.digest) for one in self.person_decisions()}
        return {(one.number, one.digest) for one in map(peek_person_decided, signed)} <= held
