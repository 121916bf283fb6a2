"""Purposes and sources: the doors at which they are proposed and decided on, and at which is asked whether they are approved.

What makes one approved is `governance/rules/data_use.py`; what is signed of one is `tenure/purposes/declaration.py`.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.doors.reading import PromotionReading
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
from governance.records.trust_root import Role
from governance.rules.data_standing import DataStands, data_stands, declared, is_to_propose, waits_for
from governance.rules.data_use import data_use, read_by_trainings
from governance.stores.trust import SERVICES
from tenure.canonical import encode, moment, sha256
from tenure.errors import PromotionError
from tenure.names import meant
from tenure.purposes.declaration import APPROVE, PROPOSE, Declaration, is_own, of_purpose, of_source
from tenure.refusals import Refusal, refused

# Of one record; it may hold a mebibyte, and is written twice over in its envelope.
_MOST_BYTES = 200_000
WITHOUT_TRUST = "there is no trust root yet, so nobody can approve anything. Begin one: tenure trust init --alone STAFF_ID"


class DataUsing(PromotionReading):
    """Proposing and deciding on purposes and sources, and asking whether they are approved."""

    def data_stands(self) -> tuple[DataStands, ...]:
        """Every purpose that says which columns it reads, and every source, as the project declares them now; purposes first."""
        return self._stands(tuple(declared(self._project)))

    def require_sources(self, names: Collection[str]) -> None:
        """Refuse sources that nobody approved as they are declared now; those that were there before are noted first.

        Raises
        ------
        RefusedError: naming the sources, where each stands, and what to do.
        """
        wanted = [of_source(one) for one in self._project.sources if one.name in names and not is_own(one)]
        self._require(wanted, "it does not land", "they do not land")

    def require_purpose(self, model: str) -> None:
        """Refuse a model whose purpose nobody approved as it is declared now.

        One in words asks for no approval, unless purposes that list columns were proposed before: nobody signed that they end.

        Raises
        ------
        RefusedError: naming the purpose, where it stands, and what to do.
        """
        purpose, so = self._project.purpose_of(self._project.model(model)), f"{model} is neither trained nor scored"
        if purpose is not None and not purpose.is_in_words:
            self._require([of_purpose(purpose, self._project.consents)], so, "")
        elif words := self.words_instead():
            raise refused(Refusal.NOT_APPROVED, f"Not approved, so {so}: {words}")

    def words_instead(self) -> str:
        """Why purposes that are words alone, or none, do not do here; empty where nobody proposed any that list columns."""
        is_whole = any(not purpose.is_in_words for purpose in self._project.purposes)
        if is_whole or not self.has_trust_root or not data_use(self.ledger(), self._project.name).has_purposes:
            return ""
        return (
            f"the purposes of {self._project.name} are words alone, and the log holds purposes that list columns. Declare them "
            f"as Purpose(…) again, and have what changed approved: {PROPOSE}."
        )

    def propose_data(
        self, names: Collection[str], reason: str, *, staff_id: str, key: Ed25519PrivateKey
    ) -> tuple[DataStands, ...]:
        """Sign that purposes and sources shall be approved, those of these names or all that nobody proposed; returns them.

        Raises
        ------
        PromotionError: for a name of nothing, no reason, or nothing to propose. RefusedError: when a rule is broken.
        """
        self._check_reason(reason)
        _check_reasoned(reason)
        # The first proposal ends the time of notes, of this source and of all others.
        self.note_earlier()
        open_ones = [one for one in self.named_data(names) if is_to_propose(one)]
        if not open_ones:
            raise PromotionError(
                "Nothing is to be proposed: all that is declared is proposed or approved. Look: tenure data list."
            )
        signed = self._signed_proposals([one.declaration for one in open_ones], reason, staff_id=staff_id, key=key)
        self._log.append_after(self.ledger().head, [(Kind.DATA_PROPOSED, envelope) for envelope, _ in signed], self._clock())
        wanted = {one.declaration.digest for one in open_ones}
        return tuple(one for one in self.data_stands() if one.declaration.digest in wanted)

    def decide_data(
        self, names: Collection[str], verdict: Verdict, reason: str, *, staff_id: str, key: Ed25519PrivateKey
    ) -> tuple[DataStands, ...]:
        """Sign a decision on purposes and sources, those of these names or all that wait; returns where they stand then.

        To approve, whoever may approve their own proposes first what nobody has: all in one act.

        Raises
        ------
        PromotionError: for a name of nothing, no reason, or nothing that waits for this person. RefusedError: when a rule is
            broken.
        """
        self._check_reason(reason)
        _check_reasoned(reason)
        self.note_earlier()
        ledger = self.ledger()
        found = self.named_data(names)
        own = staff_id in ledger.root.own_reviewers_at(moment(self._clock()))
        new = [one.declaration for one in found if own and verdict is Verdict.APPROVE and is_to_propose(one)]
        proposed = self._signed_proposals(new, reason, staff_id=staff_id, key=key)
        waiting = [one for one in found if waits_for(one, staff_id, verdict, is_own=own)]
        by_proposal: dict[str, list[str]] = {sha256(envelope): [d.digest for d in part] for envelope, part in proposed}
        for one in waiting:
            if one.proposed is not None and one.declaration not in new:
                by_proposal.setdefault(one.proposed.proposal, []).append(one.declaration.digest)
        if not by_proposal:
            raise PromotionError(_nothing_waits(found, staff_id))
        decisions = [
            (Kind.DATA_DECIDED, self._signed_decision(digest, parts, verdict, reason, staff_id=staff_id, key=key))
            for digest, parts in by_proposal.items()
        ]
        records = [*((Kind.DATA_PROPOSED, envelope) for envelope, _ in proposed), *decisions]
        self._log.append_after(ledger.head, records, self._clock())
        decided = {digest for parts in by_proposal.values() for digest in parts}
        return tuple(one for one in self.data_stands() if one.declaration.digest in decided)

    def named_data(self, names: Collection[str]) -> tuple[DataStands, ...]:
        """What is declared under these names, or has these digests; all of it where none is named."""
        known = self.data_stands()
        there = {one.declaration.name for one in known}
        if lost := sorted(set(names) - there - {one.declaration.digest for one in known}):
            raise PromotionError(
                f"Project {self._project.name!r} has no purpose and no source {lost[0]!r}; it has {', '.join(sorted(there))}."
                f"{meant(lost[0], sorted(there))}"
            )
        return tuple(one for one in known if not names or {one.declaration.name, one.declaration.digest} & set(names))

    def note_earlier(self) -> tuple[str, ...]:
        """Note the sources that trainings had read before there were approvals; returns which, none but in a log of before."""
        if not self.has_trust_root:
            return ()
        ledger, name = self.ledger(), self._project.name
        if data_use(ledger, name).n_records:
            return ()
        read = read_by_trainings(ledger, name, before=ledger.size)
        earlier = tuple(of_source(source) for source in self._project.sources if source.name in read)
        if earlier:
            note = DataNote(
                installation=self.origin,
                project=name,
                declarations=earlier,
                identity=SERVICES[Role.TRAINER],
                issued=moment(self._clock()),
            )
            self._log.append(Kind.DATA_NOTED, sign_data_note(note, self._log.key(Role.TRAINER)), after=ledger)
        return tuple(one.name for one in earlier)

    def _require(self, wanted: Sequence[Declaration], so: str, so_many: str) -> None:
        """Refuse declarations that are not approved."""
        if not wanted:
            return
        if not self.has_trust_root:
            names = " and ".join(one.called for one in wanted)
            raise refused(Refusal.NOT_APPROVED, f"Nobody approved {names}: {WITHOUT_TRUST}. Then: {APPROVE}.")
        stands = self._stands(wanted)
        if any(one.is_earlier or not one.is_approved for one in stands) and self.note_earlier():
            stands = self._stands(wanted)
        if lacking := [one for one in stands if not one.is_approved]:
            each = "; ".join(f"{one.declaration.called} of {self._project.name}: {one.in_words}" for one in lacking)
            raise refused(
                Refusal.NOT_APPROVED,
                f"Not approved, so {so if len(lacking) == 1 else so_many or so}: {each}. {lacking[0].what_next}",
            )

    def _stands(self, wanted: Sequence[Declaration]) -> tuple[DataStands, ...]:
        """Where declarations stand now."""
        return data_stands(self.ledger() if self.has_trust_root else None, self._project.name, wanted)

    def _signed_proposals(
        self, declarations: Sequence[Declaration], reason: str, *, staff_id: str, key: Ed25519PrivateKey
    ) -> list[tuple[bytes, tuple[Declaration, ...]]]:
        """Proposals of these, signed: one, or several where they are too much for a record."""
        signed = []
        for part in _in_parts(declarations):
            proposal = DataProposal(
                installation=self.origin,
                project=self._project.name,
                declarations=part,
                reason=reason.strip(),
                identity=staff_id,
                issued=moment(self._clock()),
                nonce=secrets.token_hex(16),
            )
            signed.append((sign_data_proposal(proposal, key), part))
        return signed

    def _signed_decision(
        self, proposal: str, digests: Sequence[str], verdict: Verdict, reason: str, *, staff_id: str, key: Ed25519PrivateKey
    ) -> bytes:
        """A decision on parts of a proposal, signed."""
        decision = DataDecision(
            installation=self.origin,
            project=self._project.name,
            proposal=proposal,
            declarations=tuple(sorted(set(digests))),
            verdict=verdict,
            reason=reason.strip(),
            identity=staff_id,
            issued=moment(self._clock()),
            nonce=secrets.token_hex(16),
        )
        return sign_data_decision(decision, key)


def _nothing_waits(found: Sequence[DataStands], staff_id: str) -> str:
    """Why somebody has nothing to decide on, in words."""
    open_ones = [one for one in found if not one.is_approved]
    if not open_ones:
        return "Nothing waits: every purpose and every source is approved as it is declared."
    each = "; ".join(f"{one.declaration.called}: {one.in_words}" for one in open_ones[:3])
    return f"Nothing waits for {staff_id}. {each}. {open_ones[0].what_next} Who proposed something does not approve it."


def _in_parts(declarations: Sequence[Declaration]) -> Iterator[tuple[Declaration, ...]]:
    """Declarations, so many together as a record holds."""
    part: list[Declaration] = []
    n_bytes = 0
    for one in declarations:
        size = len(encode(one))
        if part and n_bytes + size > _MOST_BYTES:
            yield tuple(part)
            part, n_bytes = [], 0
        part.append(one)
        n_bytes += size
    if part:
        yield tuple(part)


def _check_reasoned(reason: str) -> None:
    """Refuse no reason."""
    if not reason.strip():
        raise PromotionError("Say why, in a sentence: --reason. It is signed, and stays in the log.")
