"""Accounts of the demonstration: one per role, made when its room first opens, with passwords that are shown once.

They exist only where the trust root was made for the demonstration; the two reviewers' accounts go with its two made-up keys.
"""

import secrets

from governance.doors.demonstration import REVIEWERS
from governance.records.trust_root import DEMO_PREFIX
from home.workplace import Workplace
from review.access import RoomRole
from review.accounts import Accounts

_ROLES = {
    **dict.fromkeys(REVIEWERS, RoomRole.REVIEWER),
    f"{DEMO_PREFIX}engineer": RoomRole.ENGINEER,
    f"{DEMO_PREFIX}auditor": RoomRole.AUDITOR,
    f"{DEMO_PREFIX}admin": RoomRole.ADMIN,
}


def demo_accounts(workplace: Workplace, accounts: Accounts) -> dict[str, str]:
    """Make the accounts of a demonstration without any; return their passwords, which nothing keeps."""
    if accounts.all() or not workplace.promotions.is_demo:
        return {}
    passwords = {name: secrets.token_urlsafe(12) for name in _ROLES}
    for name, role in _ROLES.items():
        accounts.new(name, passwords[name], role=role)
    return passwords
