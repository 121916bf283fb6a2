"""The services' keys that a run will need: asked for before it begins, so that nothing is landed or trained in vain."""

from collections.abc import Sequence

from governance.records.trust_root import Role
from governance.rules.ending import Ending, check_can_sign, ending_keys
from home.workplace import Workplace

# Whose keys a training and a delivery take; every record of the log takes the last two.
STATING = (Role.TRAINER, Role.LOG, Role.WITNESS)
ENTERING = (Role.LOG, Role.WITNESS)
DELIVERING = (Role.SCORER, Role.LOG, Role.WITNESS)


def require_keys(workplace: Workplace, roles: Sequence[Role]) -> None:
    """Refuse to begin where a key that will be needed is not valid now.

    Raises
    ------
    RefusedError: naming the key, when it ended, and what to do.
    """
    if roles and workplace.promotions.has_trust_root:
        check_can_sign(workplace.promotions.ledger().root, roles, workplace.clock())


def endings(workplace: Workplace) -> tuple[Ending, ...]:
    """The keys that end soon or have ended, for everywhere that people look."""
    if not workplace.promotions.has_trust_root:
        return ()
    return ending_keys(workplace.promotions.ledger().root, workplace.clock())
