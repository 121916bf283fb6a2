"""Whether what is trained here would be signed, and who can approve it from here."""

from collections.abc import Iterator

from adapters.settings import Settings
from governance.records.trust_root import Role, TrustRoot
from governance.stores.key_session import find_session
from governance.stores.key_store import KeyStore
from governance.stores.trust import SERVICES
from home.workplace import Workplace
from tenure.purposes.declaration import APPROVE

ALONE = "tenure keys new STAFF_ID, then tenure trust init --alone STAFF_ID (or with --reviewer for each of several)"


def trust_in_words(workplace: Workplace) -> tuple[str, bool]:
    """What is signed and who can approve, as a line; and whether a champion could come of it as things stand."""
    promotions = workplace.promotions
    if not promotions.has_trust_root:
        return (
            f"No trust root: nobody can approve what data are used for or what is trained, so nothing lands. Begin one: {ALONE}.",
            False,
        )
    root, settings = promotions.ledger().root, workplace.settings
    here = _here(settings)
    engineers = _valid(root, workplace, Role.ENGINEER)
    reviewers, needed = _valid(root, workplace, Role.REVIEWER), root.quorum(workplace.project.name)
    may_sign = sorted(engineers & here)
    signed = (
        f"Training would be signed with --as {' or --as '.join(may_sign)}"
        if may_sign
        else f"Training would be a draft: no engineer's key is at {settings.keys}; the trust root names "
        f"{', '.join(sorted(engineers)) or 'none'}"
    )
    own = may_sign if _valid(root, workplace, Role.OWN_REVIEWER) & set(may_sign) else []
    alone = "; who trains may approve alone, and cards say so" if own else "; whoever trains does not count"
    counted = f"{len(reviewers & here)} of {len(reviewers)} reviewers have a key here, {needed} must approve{alone}"
    return f"{signed}; {counted}.", bool(may_sign) and len(reviewers) >= needed


def together(workplace: Workplace, root: TrustRoot) -> Iterator[str]:
    """Which keys lie together that the levels above one person mean to keep apart, each in a sentence."""
    settings = workplace.settings
    names = set(KeyStore(settings.keys).names())
    people = sorted(names & {one.staff_id for one in root.staff if one.staff_id not in SERVICES.values()})
    if people and names & set(SERVICES.values()):
        yield (
            f"The keys of {', '.join(people)} lie beside the services' in {settings.keys}: whoever operates this account could "
            "sign as them once they typed their passphrase. People who sign on machines of their own rule that out."
        )
    if roots := KeyStore(settings.keys / "root").names():
        yield f"Root keys lie in {settings.keys / 'root'} ({', '.join(roots)}): give each to its holder, off this machine."
    if not settings.passphrase_file_named and settings.passphrase_file.exists():
        yield (
            f"The services' passphrase lies beside their keys, in {settings.passphrase_file}. Keep it where their account alone "
            "reads, and name it by TENURE_PASSPHRASE_FILE."
        )


def no_home_in_words(settings: Settings) -> str:
    """What is said of trust where no home was begun."""
    return (
        f"No home at {settings.home} yet. It begins with who approves: {ALONE}. Then purposes and sources are approved, and "
        f"land: {APPROVE}, tenure land."
    )


def _valid(root: TrustRoot, workplace: Workplace, role: Role) -> set[str]:
    """Staff ids of those whose key of a role is valid now."""
    now = workplace.clock()
    return {one.staff_id for one in root.staff if role in one.roles and one.is_valid(now)}


def _here(settings: Settings) -> set[str]:
    """Whose keys are at hand."""
    session = find_session(settings.session)
    return {*KeyStore(settings.keys).names(), *([session.staff_id] if session is not None else [])}
