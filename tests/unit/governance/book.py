"""A log that grows in tests: every step of the protocol in one call, at a clock that the test moves."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from governance.records.ledger import Ledger, open_ledger
from governance.records.log import Checkpoint, Entry, Kind, head_of, new_entry, sign_checkpoint
from governance.records.request import Asked, sign_request
from governance.records.serving import Promotion, sign_promotion, sign_revocation
from governance.rules.admission import check_record
from governance.rules.propose import action_now, propose
from tenure.canonical import sha256
from tenure.package import Package
from tenure.promotions import Action
from tests.unit.governance.sample import (
    MINUTE,
    MODEL,
    ORIGIN,
    PEOPLE,
    START,
    approve,
    key,
    package,
    policy,
    request,
    revocation,
    signed_root,
    statement,
    trust_root,
)


@dataclass
class Book:
    """A log in memory. `add` keeps the rules, as the adapter does; `force` is whoever holds the log's key and keeps none."""

    pinned: str = field(default_factory=lambda: trust_root().digest)
    now: datetime = START
    entries: list[Entry] = field(default_factory=list)
    checkpoint: bytes | None = None

    @property
    def ledger(self) -> Ledger:
        """The verified log, a minute after the last record."""
        return open_ledger(self.entries, self.checkpoint, pinned=self.pinned, origin=ORIGIN, now=self.now)

    def add(self, kind: Kind, envelope: bytes) -> bytes:
        """Append what the rules allow."""
        check_record(self.ledger, kind, envelope, at=self.now)
        return self.force(kind, envelope)

    def force(self, kind: Kind, envelope: bytes) -> bytes:
        """Append anything, and return the new checkpoint."""
        salt = hashlib.sha256(b"salt %d" % len(self.entries)).digest()
        self.entries.append(new_entry(len(self.entries), kind, envelope, at=self.now, salt=salt))
        self.resign()
        self.now += MINUTE
        return self.checkpoint or b""

    def resign(self, *, signer: str = "log", origin: str = ORIGIN) -> None:
        """Sign whatever the entries are now."""
        head = head_of([entry.leaf for entry in self.entries])
        made = Checkpoint(origin=origin, size=head.size, root_hash=head.root_hash, at=self.now)
        self.checkpoint = sign_checkpoint(made, key(signer))

    @property
    def seen(self) -> bytes:
        """What the witness signs of the log as it is."""
        head = self.ledger.head
        made = Checkpoint(origin=ORIGIN, size=head.size, root_hash=head.root_hash, at=self.now)
        return sign_checkpoint(made, key("witness"))

    def ask(self, asked: Asked, who: str = "dora", **changes: object) -> str:
        """Record a request, and return its digest."""
        made = request(asked, who, at=self.now, **changes)
        envelope = sign_request(made, key(who))
        self.add(Kind.REQUEST, envelope)
        return sha256(envelope)

    def trained(self, of: Package, who: str = "dora", **changes: object) -> None:
        """Record a package's statement, for whose training somebody asked."""
        asked = self.ask(Asked.TRAIN, who, models=(changes.get("model", MODEL),))
        self.add(Kind.STATEMENT, statement(of, **{"request": asked, "trainer": PEOPLE[who][0], **changes}))

    def approved(self, of: Package, *people: str) -> None:
        """Record approvals of what can be done with the package as things stand."""
        for who in people:
            self.add(Kind.APPROVAL, approve(of, who, at=self.now, action=action_now(self.ledger, policy(), of)))

    def draft(self, of: Package, action: Action | None = None, asked: str = "ee" * 32) -> Promotion:
        """What the promoter would sign: by default a promotion, or a renewal of what serves."""
        return propose(
            self.ledger,
            of,
            policy(),
            action=action or self.possible(of),
            request=asked,
            reason="as agreed",
            identity="service-promoter",
            now=self.now,
        )

    def possible(self, of: Package) -> Action:
        """A renewal of what serves, else a promotion."""
        return Action.RENEW if action_now(self.ledger, policy(), of) is Action.RENEW else Action.PROMOTE

    def asked(self, of: Package, action: Action | None = None) -> Promotion:
        """What the promoter would sign once somebody has asked for it."""
        chosen = action or self.possible(of)
        asked = self.ask(Asked(chosen.value), package=of.digest, reason="as agreed")
        return self.draft(of, chosen, asked)

    def promote(self, of: Package, **changes: object) -> Promotion:
        """Promote a package that is trained and approved, once somebody has asked for it."""
        made = replace(self.asked(of), **changes)
        self.add(Kind.PROMOTED, sign_promotion(made, key("promoter")))
        return made

    def rollback(self, of: Package) -> Promotion:
        """Let a package serve again."""
        made = self.asked(of, Action.ROLLBACK)
        self.add(Kind.ROLLED_BACK, sign_promotion(made, key("promoter")))
        return made

    def revoke(self, of: Package, who: str = "anna") -> None:
        """Revoke a package."""
        self.add(Kind.REVOKED, sign_revocation(revocation(of, who, at=self.now), key(who)))


def opened() -> Book:
    """A log that holds the trust root alone."""
    book = Book()
    book.add(Kind.ROOT, signed_root(trust_root()))
    return book


def served(*contents: str) -> Book:
    """A log in which packages were promoted one after the other, by default one."""
    book = opened()
    for content in contents or ("tree one",):
        book.trained(package(content))
        book.approved(package(content), "anna", "ben")
        book.promote(package(content))
    return book
