"""Accounts of the room as the access audit tells them: what each opens of a company, whose it is, when it was last used."""

from datetime import UTC, datetime

from home.access_audit import RoomAccount
from review.access import TRACING
from review.accounts import Accounts
from review.uses import times

_MAY, _MAY_NOT = "may look people up", "sees no single person here"


def accounts_told(accounts: Accounts, company: str) -> tuple[RoomAccount, ...]:
    """Every account, and whether it may look people of a company up."""
    known = times(accounts.path)
    return tuple(
        RoomAccount(
            name=one.name,
            opens=f"{one.roles_in_words}; {_MAY if one.role_in(company) in TRACING else _MAY_NOT}",
            staff_id=one.staff_id,
            made_at=datetime.fromtimestamp(known[one.name][0], UTC),
            used_at=datetime.fromtimestamp(known[one.name][1], UTC),
        )
        for one in accounts.all()
        if one.name in known
    )
