"""Retention: the door at which the scoring service enters in the log what it deletes because its time has ended."""

from collections.abc import Mapping, Sequence

from governance.doors.reading import PromotionReading
from governance.records.log import Kind
from governance.records.retention import EndedDays, Retention, Retentions, TimeOf, retentions, sign_retention
from governance.records.trust_root import Role
from governance.rules.retention import check_retention, kept_as_approved
from governance.stores.trust import SERVICES
from tenure.canonical import moment, sha256
from tenure.errors import HeadMovedError
from tenure.purposes.declaration import DataKind
from tenure.purposes.kept import Kept


class Retaining(PromotionReading):
    """Entering what was deleted, and reading for how long things are kept."""

    def kept(self) -> Mapping[tuple[DataKind, str], Kept]:
        """For how long each source and purpose is kept, as approved; those without a number of days are not there."""
        return kept_as_approved(self.ledger(), self._project.name) if self.has_trust_root else {}

    def retentions(self) -> Retentions:
        """What the log says was deleted of the company because its time had ended."""
        return retentions(self.ledger(), self._project.name) if self.has_trust_root else Retentions({}, {})

    def enter_retention(self, times: Sequence[TimeOf], ended: Sequence[EndedDays]) -> tuple[int, str]:
        """Enter what is about to be deleted; returns the record's place and its envelope's digest.

        Raises
        ------
        RefusedError: for what the approved declarations still keep.
        """
        while True:
            ledger, now = self.ledger(), self._clock()
            retention = Retention(
                installation=self.origin,
                project=self._project.name,
                times=tuple(times),
                ended=tuple(ended),
                identity=SERVICES[Role.SCORER],
                issued=moment(now),
            )
            envelope = sign_retention(retention, self._log.key(Role.SCORER))
            check_retention(envelope, ledger, at=moment(now), place=ledger.size)
            try:
                self._log.append_after(ledger.head, [(Kind.RETENTION, envelope)], now)
            except HeadMovedError:
                continue  # somebody else's record came first
            return ledger.size, sha256(envelope)
