"""Who may be told for whom a pseudonym stands: people who may look at single people, by a key of their own that is valid now."""

from datetime import datetime

from governance.records.trust_root import Role, TrustRoot
from tenure.refusals import Refusal, refused

# As in the review room: engineers see models, not people; no service asks for anybody's id.
RESOLVING = frozenset({Role.REVIEWER, Role.OWN_REVIEWER, Role.AUDITOR})


def check_may_resolve(root: TrustRoot, staff_id: str, public_key: bytes, now: datetime) -> None:
    """Refuse whoever's key the trust root does not let look at people.

    Raises
    ------
    RefusedError: naming the person, and which roles may.
    """
    own = [one for one in root.staff if one.staff_id == staff_id and bytes.fromhex(one.public_key) == public_key]
    if not own:
        raise refused(Refusal.UNKNOWN_KEY, f"The trust root names no key of {staff_id} that is the one here.")
    if not any(RESOLVING & set(one.roles) for one in own):
        raise refused(
            Refusal.WRONG_ROLE,
            f"Ids are told to reviewers and auditors alone, and {staff_id} is {', '.join(sorted(own[0].roles))}. Ask one of "
            "them, or hand out pseudonyms.",
        )
    if not any(one.is_valid(now) for one in own if RESOLVING & set(one.roles)):
        raise refused(Refusal.KEY_NOT_VALID, f"The key of {staff_id} is not valid now. Renew it: tenure trust renew {staff_id}.")
