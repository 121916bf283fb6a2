"""Retention: the door at which the scoring service enters in the log what it deletes because its time has ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from governance.doors.reading import PromotionReading
from governance.records.log import Kind
from governance.records.retention import EndedDays, Retention, Retentions, TimeOf, peek_retention, retentions, sign_retention
from governance.records.trust_root import Role
from governance.rules.retention import check_retention, check_tables, ended_as_kept, kept_as_approved
from governance.stores.trust import SERVICES
from tenure.canonical import encode, moment, sha256
from tenure.errors import HeadMovedError
from tenure.purposes.declaration import DataKind
from tenure.purposes.kept import Kept

# Of what ended, so much fits into one record of the log.
_MOST_LETTERS = 400_000


class Retaining(PromotionReading):
    """Entering what was deleted, and reading for how long things are kept."""

    def kept(self) -> Mapping[tuple[DataKind, str], Kept]:
        """For how long each source and purpose is kept, as approved; those without a number of days are not there."""
        return kept_as_approved(self.ledger(), self._project.name) if self.has_trust_root else {}

    def retentions(self) -> Retentions:
        """What the log says was deleted of the company because its time had ended."""
        return retentions(self.ledger(), self._project.name) if self.has_trust_root else Retentions({}, {})

    def ended_as_kept(self) -> Retentions:
        """What the log says was deleted by the times that are approved now."""
        return ended_as_kept(self.ledger(), self._project.name)

    def enter_retention(self, times: Sequence[TimeOf], ended: Sequence[EndedDays]) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Enter what is about to be deleted, all or none, in as many records as it takes; returns their places and digests.

        Raises
        ------
        RefusedError: for what the approved declarations still keep.
        """
        while True:
            ledger, now = self.ledger(), self._clock()
            signed = [self._signed(times, part, moment(now)) for part in _parts(ended)]
            for nth, envelope in enumerate(signed):
                check_retention(envelope, ledger, at=moment(now), place=ledger.size + nth)
                check_tables(self._project, kept_as_approved(ledger, self._project.name), peek_retention(envelope))
            try:
                self._log.append_after(ledger.head, [(Kind.RETENTION, envelope) for envelope in signed], now)
            except HeadMovedError:
                continue  # somebody else's record came first
            return tuple(range(ledger.size, ledger.size + len(signed))), tuple(sha256(one) for one in signed)

    def _signed(self, times: Sequence[TimeOf], ended: Sequence[EndedDays], issued: datetime) -> bytes:
        """One record, signed by the scoring service."""
        retention = Retention(
            installation=self.origin,
            project=self._project.name,
            times=tuple(times),
            ended=tuple(ended),
            identity=SERVICES[Role.SCORER],
            issued=issued,
        )
        return sign_retention(retention, self._log.key(Role.SCORER))


def _parts(ended: Sequence[EndedDays]) -> list[list[EndedDays]]:
    """What ended, in parts none of which is too long for a record."""
    parts, n_letters = [list[EndedDays]()], 0
    for one in ended:
        n_letters += len(encode(one))
        if n_letters > _MOST_LETTERS and parts[-1]:
            parts, n_letters = [*parts, []], len(encode(one))
        parts[-1].append(one)
    return parts
