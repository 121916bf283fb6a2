"""Keys that end: who is to be told, before and after, and what may not begin with a key that has ended.

What a key may sign is `governance/records/trust_root.py`; a trust root with the next keys is signed by `tenure trust renew`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.records.trust_root import Role, StaffKey, TrustRoot
from tenure.refusals import Refusal, refused

WARN_BEFORE = timedelta(days=30)
# What stops when no key of the role is valid any more, as a sentence goes on.
_STOPS = {
    Role.TRAINER: "no training can be stated, so what is trained stays a draft",
    Role.SCORER: "no day of scores can be signed",
    Role.PROMOTER: "nothing can be promoted",
    Role.LOG: "nothing can be written to the promotion log, not even an urgent revocation",
    Role.WITNESS: "no record can be witnessed, and without its witness nothing is scored",
}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A key that ends soon, or has ended and was not followed by another."""

    staff_id: str
    roles: tuple[Role, ...]
    valid_until: datetime
    has_ended: bool

    @property
    def in_words(self) -> str:
        """What ends, when, what stops, and what to do."""
        when = f"{'ended' if self.has_ended else 'ends'} on {self.valid_until:%Y-%m-%d %H:%M} UTC"
        stops = "; ".join(_STOPS[role] for role in self.roles if role in _STOPS)
        then = f"{'since' if self.has_ended else 'from'} then {stops}" if stops else "what it signs counts no more after that"
        return f"The key of {self.staff_id} {when}: {then}. Renew it: tenure trust renew {self.staff_id}."


def ending_keys(root: TrustRoot, now: datetime) -> tuple[Ending, ...]:
    """Keys of a trust root that end within thirty days, or have ended, unless a later one of the same person does their work."""
    soon = now + WARN_BEFORE
    return tuple(
        Ending(staff_id=one.staff_id, roles=one.roles, valid_until=one.valid_until, has_ended=one.valid_until <= now)
        for one in sorted(root.staff, key=lambda one: (one.valid_until, one.staff_id))
        if one.valid_until <= soon and not _is_followed(one, root.staff, soon)
    )


def check_can_sign(root: TrustRoot, roles: Sequence[Role], now: datetime) -> None:
    """Refuse to begin what will need a key that is not valid now; a role that the trust root does not name is not asked for.

    Raises
    ------
    RefusedError: naming the service, when its key ended, and what to do.
    """
    for role in roles:
        own = [one for one in root.staff if role in one.roles]
        if own and not any(one.is_valid(now) for one in own):
            last = max(own, key=lambda one: one.valid_until)
            found = Ending(staff_id=last.staff_id, roles=(role,), valid_until=last.valid_until, has_ended=last.valid_until <= now)
            words = found.in_words if found.has_ended else f"The key of {last.staff_id} is valid from {last.valid_from} on."
            raise refused(Refusal.KEY_NOT_VALID, f"Nothing was begun. {words}")


def _is_followed(one: StaffKey, staff: Sequence[StaffKey], soon: datetime) -> bool:
    """Whether other keys of the same person do all that a key does, for longer."""
    later = {role for other in staff if other.staff_id == one.staff_id and other.valid_until > soon for role in other.roles}
    return set(one.roles) <= later
