"""The room: what all companies of a home share in it, and one company's own room.

Accounts, sessions, keys and the promotion log are the home's; models, candidates and data are a company's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from fastapi import HTTPException

from governance.stores.key_store import KeyStore
from governance.stores.package_store import Candidate
from home.notes import Notes
from home.opened import Opened
from home.workplace import Workplace
from review.accounts import Account, Accounts
from review.acts import Acts
from review.addresses import address
from review.attempts import Attempts, Purpose
from review.database import secret_of
from review.doorway import Doorway
from review.proofs import Proofs
from review.proxy import Proxy
from review.sessions import Sessions
from tenure.errors import PromotionError


@dataclass(frozen=True)
class Lobby:
    """What the rooms of all companies of a home share: the doorway, who may enter, who is in, and what they said."""

    home: Opened
    doorway: Doorway
    proxy: Proxy | None = None

    @cached_property
    def rooms(self) -> Mapping[str, "Room"]:
        """The room of each company that could be loaded, by name."""
        return {name: Room(workplace, self) for name, workplace in self.home.workplaces.items()}

    def companies_of(self, account: Account) -> tuple[str, ...]:
        """The companies that somebody may enter, also those that cannot be loaded."""
        known = sorted({*self.rooms, *self.home.refused}, key=self.title)
        return tuple(name for name in known if account.role_in(name) is not None)

    def title(self, company: str) -> str:
        """What people call a company; its name where it cannot be loaded."""
        return self.rooms[company].workplace.project.title if company in self.rooms else company

    @property
    def title_at_door(self) -> str:
        """What stands above pages that are the home's: the title of its only company, if there is one only."""
        named = {*self.rooms, *self.home.refused}
        return self.title(*named) if len(named) == 1 else ""

    @cached_property
    def accounts(self) -> Accounts:
        """Who may enter."""
        return Accounts(self.home.settings.review / "accounts.db", self.home.clock)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is in."""
        return Sessions(self.accounts.path, self.home.clock)

    @cached_property
    def notes(self) -> Notes:
        """What people asked and answered, and which alarms they have seen."""
        return Notes(self.home.settings.review, self.home.clock)

    @cached_property
    def acts(self) -> Acts:
        """What forms did, so that each does it once."""
        return Acts(self.accounts.path, self.home.clock, self.secret)

    @cached_property
    def attempts(self) -> Attempts:
        """Failed attempts at passphrases."""
        return Attempts(self.accounts.path, self.home.clock, Purpose.PASSPHRASE)

    @cached_property
    def secret(self) -> bytes:
        """The secret of the room's tokens."""
        return secret_of(self.accounts.path)

    @cached_property
    def proofs(self) -> Proofs:
        """What was proved of the log."""
        return Proofs()

    @property
    def keys(self) -> KeyStore:
        """The encrypted keys of people who sign here."""
        return KeyStore(self.home.settings.keys)

    def now(self) -> datetime:
        """The home's clock."""
        return self.home.clock()


@dataclass(frozen=True)
class Room:
    """One company's room."""

    workplace: Workplace
    lobby: Lobby

    @property
    def company(self) -> str:
        """The company's name."""
        return self.workplace.project.name

    @cached_property
    def card_problems(self) -> dict[str, str]:
        """What the promoter would say of the cards of packages, by digest; bytes and the project's words stay, so asked once."""
        return {}

    def to(self, route: str, /, **given: object) -> str:
        """The address of a page of this company, or of the home, by the name of its route."""
        return address(route, company=self.company, **given)


def kept_here(room: Room, digest: str) -> Candidate:
    """The company's package of a digest, or of letters with which no other digest begins.

    Raises
    ------
    HTTPException: when none of this company's, or several, match.
    """
    try:
        kept = room.workplace.packages.find(digest)
    except PromotionError:
        kept = None
    if kept is None or kept.project != room.company:
        raise HTTPException(404, f"No package is kept here under {digest[:64]!r}. Start from the models.")
    return kept
