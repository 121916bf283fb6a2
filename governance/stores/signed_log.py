"""The promotion log with its witness: read only as the witness saw it, and written so that the witness sees it.

What may be written is decided by the rules in `governance/rules/`; who decides is `promotion.py`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings
from governance.records.ledger import Ledger, check_witnessed
from governance.records.log import Entry, Head, Kind, peek_checkpoint
from governance.records.trust_root import Role
from governance.rules.verify import HistoryReport, verify_history
from governance.stores.trust import Trust, reading
from tenure.errors import HeadMovedError, PromotionError, RefusedError
from tenure.refusals import Refusal, refused

Clock = Callable[[], datetime]
ATTEMPTS = 100


class SignedLog:
    """The log of one installation."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Name the places; nothing is read before it is asked for."""
        self._settings, self._clock, self._trust = settings, clock, Trust(settings)

    @property
    def has_trust_root(self) -> bool:
        """Whether a trust root is pinned, or should be because there is a log, or the witness saw one."""
        return self._trust.pinned is not None or self._trust.has_log or bool(self._copies())

    def ledger(self) -> Ledger:
        """The log, verified under the pinned trust root and held against the longest copy that the witness kept.

        Raises
        ------
        RefusedError: when the log is not as it was signed, or not as the witness saw it.
        PromotionError: when no trust root was made yet.
        """
        # The copies first: a log that grows meanwhile only gets longer than the witness saw it.
        copies, ledger = self._copies(), self.unwitnessed()
        self._check_there(ledger, copies)
        if not copies:
            raise refused(
                Refusal.NOT_WITNESSED,
                f"The log holds {ledger.size} records, but the witness at {self._settings.witness} holds no copy of its "
                "checkpoints, so nobody can tell whether it was rewritten. Restore the witness's file, or name its place by "
                "TENURE_WITNESS; if it is lost for good, look at the log, then begin a new one: tenure trust witness.",
            )
        # The longest, not the last: an older copy repeated at the end must not make anybody forget what was seen since.
        check_witnessed(ledger, [max(copies, key=lambda copy: peek_checkpoint(copy).size)])
        return ledger

    def unwitnessed(self) -> Ledger:
        """The log, verified under the pinned trust root alone: for what no decision rests on."""
        log = self._trust.log()
        with reading(self._settings):
            return log.ledger(self._clock())

    def kept(self) -> tuple[tuple[Entry, ...], bytes]:
        """The entries and the checkpoint over them as they are kept, for whoever verifies them elsewhere."""
        log = self._trust.log()
        with reading(self._settings):
            entries, checkpoint = log.entries()
        if checkpoint is None:
            raise PromotionError("The promotion log is empty; there is nothing to verify yet.")
        return entries, checkpoint

    def history(self) -> HistoryReport:
        """Prove every record of the log against the rules of its day, and against every copy of the witness."""
        copies, ledger = self._copies(), self.unwitnessed()
        self._check_there(ledger, copies)
        return verify_history(ledger, witnessed=copies or None)

    def prove(self, ledger: Ledger, *, known: HistoryReport | None = None) -> HistoryReport:
        """Prove every record of a log that `ledger` opened before, without opening it again.

        It was held against the newest copy then; a copy of a longer log was made since, and is left to the next look.

        Parameters
        ----------
        known: the report on a log with which this one begins, whose records are not proved again.
        """
        return verify_history(ledger, witnessed=self.witnessed(ledger) or None, known=known)

    def witnessed(self, ledger: Ledger) -> tuple[bytes, ...]:
        """The witness's copies of a log up to where `ledger` ends."""
        return tuple(copy for copy in self._copies() if peek_checkpoint(copy).size <= ledger.size)

    @property
    def origin(self) -> str:
        """The log's own name, as every checkpoint repeats it."""
        return self._trust.origin

    @property
    def pin_caveat(self) -> str:
        """What the pin cannot rule out where it stands, in a sentence; empty where it is given by the environment."""
        if self._settings.trust_root_named is not None:
            return ""
        return (
            f"The trust root is pinned in {self._settings.trust / 'pinned'}, beside the log: who writes there chooses whom to "
            "trust. Give its digest by TENURE_TRUST_ROOT to rule that out."
        )

    @property
    def witness_caveat(self) -> str:
        """What the witness cannot rule out where it stands, in a sentence; empty where it has a place of its own."""
        if self._settings.witness_named is not None:
            return ""
        return (
            f"The witness is in {self._settings.witness}, the same place as the log: whoever holds this disk and the keys "
            "could have rewritten both. Name a second place by TENURE_WITNESS to rule that out."
        )

    def append(self, kind: Kind, envelope: bytes, *, after: Ledger | None = None) -> Ledger:
        """Append a record that holds wherever the log ends, and return the log with it.

        Parameters
        ----------
        after: the log as it was just read, and probably still ends; None reads it.
        """
        for _ in range(ATTEMPTS):
            try:
                return self.append_after((after or self.ledger()).head, [(kind, envelope)], self._clock())
            except HeadMovedError:
                after = None
        raise HeadMovedError(f"The promotion log grew {ATTEMPTS} times while a record was to be appended. Try again.")

    def append_after(self, head: Head, signed: Sequence[tuple[Kind, bytes]], now: datetime) -> Ledger:
        """Append at a head, all or none, let the witness see it, and return the log; HeadMovedError if it ends elsewhere."""
        key = self.key(Role.LOG)
        with reading(self._settings):
            self._trust.log().append_all(head, signed, now=now, log_key=key)
        return self._witnessed()

    def witness_now(self) -> int:
        """Let the witness see the log as it is, and return the number of records that it saw."""
        if not self.unwitnessed().size:
            raise PromotionError("The promotion log is empty; there is nothing to see yet.")
        return self._witnessed().size

    def key(self, role: Role) -> Ed25519PrivateKey:
        """A service's key, once there is a trust root that names it."""
        self._trust.log()
        return self._trust.service_key(role)

    def _check_there(self, ledger: Ledger, copies: Sequence[bytes]) -> None:
        """Refuse an empty log where a trust root is pinned: the first record of a log is its trust root."""
        if ledger.size:
            return
        seen = f"the witness at {self._settings.witness} saw one" if copies else "a trust root is pinned"
        raise refused(
            Refusal.LOG_CUT_BACK,
            f"There are no records in the promotion log, but {seen}: the log was removed, or TENURE_PROMOTION_LOG names another "
            "database. Restore the newest backup.",
        )

    def _copies(self) -> tuple[bytes, ...]:
        """Every copy that the witness kept."""
        try:
            return self._trust.witness().copies()
        except OSError as error:
            raise refused(
                Refusal.NOT_WITNESSED,
                f"The witness at {self._settings.witness} cannot be read ({error.strerror}), so nobody can tell whether the log "
                "was rewritten. Bring its place back, or correct TENURE_WITNESS.",
            ) from error

    def _witnessed(self) -> Ledger:
        """Let the witness see the log, and return it as the witness saw it."""
        key, refused_at = self.key(Role.WITNESS), None
        while True:
            now = self._clock()
            ledger = self.unwitnessed()
            try:
                self._trust.witness().see(ledger, now=now, key=key)
            except OSError as error:
                raise PromotionError(
                    f"The record stands, but the witness at {self._settings.witness} could not write it down ({error.strerror}). "
                    "Mend the place, then let it see the log: tenure trust witness."
                ) from error
            except RefusedError as error:
                # Somebody's later record may have reached the witness first; a log that has grown is looked at again.
                if error.refusal != Refusal.LOG_CUT_BACK.value or ledger.head == refused_at:
                    raise
                refused_at = ledger.head
            else:
                return ledger
