"""What evidence says of the purpose that a model was trained for, and of the sources that it may read: as they were approved."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Approval:
    """The approval under which data was used: of which declaration, by whom, when; nobody where it only counts as approved."""

    digest: str
    signed_by: tuple[str, ...]
    on: date


@dataclass(frozen=True, kw_only=True)
class HeldFacts:
    """A source of which a purpose lists columns: why it is held, from whom, for how long."""

    name: str
    why: str
    from_whom: str
    kept: str
    approval: Approval | None


@dataclass(frozen=True, kw_only=True)
class PurposeFacts:
    """The purpose of a model as the project declares it, with its approval, and the sources of which it lists columns."""

    name: str
    why: str
    basis: str
    categories: tuple[str, ...]
    columns: tuple[str, ...]
    kept: str
    seen_by: tuple[str, ...]
    is_direct_marketing: bool
    approval: Approval | None
    sources: tuple[HeldFacts, ...]
