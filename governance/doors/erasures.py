"""Erasures: the door at which reviewers enter in the log what stands in the place of what was signed."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.doors.reading import PromotionReading
from governance.records.erasure import Erasure, Erasures, erasures, read_erasure, sign_erasure
from governance.records.log import Kind
from tenure.canonical import moment
from tenure.errors import HeadMovedError, PromotionError


class Erasing(PromotionReading):
    """Entering erasures, and reading which there are."""

    def enter_erasures(self, signed: Sequence[bytes]) -> tuple[int, ...]:
        """Enter the records of one act, all or none; returns their places in the log.

        Raises
        ------
        RefusedError: for a signer who is no reviewer, or fewer than a promotion takes.
        """
        while True:
            ledger = self.ledger()
            for nth, envelope in enumerate(signed):
                read_erasure(envelope, ledger, at=moment(self._clock()), place=ledger.size + nth)
            try:
                self._log.append_after(ledger.head, [(Kind.ERASED, envelope) for envelope in signed], self._clock())
            except HeadMovedError:
                continue  # somebody else's record came first
            return tuple(range(ledger.size, ledger.size + len(signed)))

    def sign_erasures(self, records: Sequence[Erasure], keys: Sequence[Ed25519PrivateKey]) -> list[bytes]:
        """The records of an act, each signed by all who answer for it, and proved to be what the log takes.

        Raises
        ------
        RefusedError: for a signer who is no reviewer, or fewer than a promotion takes. PromotionError: without a reason.
        """
        for record in records:
            self._check_reason(record.reason)
            if not record.reason.strip():
                raise PromotionError("An erasure needs a reason: tell it with --reason.")
        signed, ledger = [sign_erasure(record, keys) for record in records], self.ledger()
        for envelope in signed:
            read_erasure(envelope, ledger, at=moment(self._clock()), place=ledger.size)
        return signed

    def erasures(self) -> Erasures:
        """What the log says was erased of the company."""
        return erasures(self.ledger(), self._project.name)
