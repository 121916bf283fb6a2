"""The room: the workplace that it shows, its accounts and sessions, and the readings that several pages share."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from governance.stores.key_store import KeyStore
from home.notes import Notes
from home.workplace import Workplace
from review.accounts import Accounts
from review.acts import Acts
from review.attempts import Attempts, Purpose
from review.database import secret_of
from review.doorway import Doorway
from review.proofs import Proofs
from review.proxy import Proxy
from review.sessions import Sessions


@dataclass(frozen=True)
class Room:
    """One project's room."""

    workplace: Workplace
    doorway: Doorway
    proxy: Proxy | None = None

    @property
    def project(self) -> str:
        """The project's name."""
        return self.workplace.project.name

    @cached_property
    def accounts(self) -> Accounts:
        """Who may enter."""
        return Accounts(self.workplace.settings.review / "accounts.db", self.workplace.clock)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is in."""
        return Sessions(self.accounts.path, self.workplace.clock)

    @cached_property
    def notes(self) -> Notes:
        """What people asked and answered, and which alarms they have seen."""
        return Notes(self.workplace.settings.review, self.workplace.clock)

    @cached_property
    def acts(self) -> Acts:
        """What forms did, so that each does it once."""
        return Acts(self.accounts.path, self.workplace.clock, self.secret)

    @cached_property
    def attempts(self) -> Attempts:
        """Failed attempts at passphrases."""
        return Attempts(self.accounts.path, self.workplace.clock, Purpose.PASSPHRASE)

    @cached_property
    def secret(self) -> bytes:
        """The secret of the room's tokens."""
        return secret_of(self.accounts.path)

    @cached_property
    def proofs(self) -> Proofs:
        """What was proved of the log."""
        return Proofs()

    @cached_property
    def card_problems(self) -> dict[str, str]:
        """What the promoter would say of the cards of packages, by digest; bytes and the project's words stay, so asked once."""
        return {}

    @property
    def keys(self) -> KeyStore:
        """The encrypted keys of people who sign here."""
        return KeyStore(self.workplace.settings.keys)

    def now(self) -> datetime:
        """The workplace's clock."""
        return self.workplace.clock()
