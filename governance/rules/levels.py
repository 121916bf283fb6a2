"""The level of governance that a trust root keeps: read from it, and never written into it.

What the levels are is `tenure/levels.py`; how one moves from one to the next is `governance/doors/levels.py`.
"""

from collections.abc import Iterator

from governance.records.trust_root import Role, TrustRoot
from tenure.evidence import Evidence
from tenure.levels import Level
from tenure.refusals import Refusal, refused


def level_of(root: TrustRoot, project: str) -> Level:
    """The level at which a trust root governs a project; raises RefusedError where it sets no quorum for it."""
    quorum = root.quorum(project)
    if root.own_reviewers and quorum == 1:
        return Level.ONE
    return Level.TWO if any(lacking_to_full(root, project)) else Level.FULL


def lacking_to_full(root: TrustRoot, project: str) -> Iterator[str]:
    """What keeps a trust root from the full ceremony, each in words."""
    if (quorum := root.quorum(project)) < 2:
        yield f"a quorum of two reviewers or more (it is {quorum})"
    if own := sorted(root.own_reviewers):
        yield f"nobody who may approve what they trained ({', '.join(own)} may)"
    if both := sorted(both_roles(root)):
        yield f"engineers and reviewers who are different people ({', '.join(both)} {'are' if len(both) > 1 else 'is'} both)"
    if root.threshold < 2:
        yield "two holders of root keys or more who sign the next trust root (one can alone)"


def both_roles(root: TrustRoot) -> frozenset[str]:
    """Staff ids of those who may ask for training and review, by whatever keys."""
    return frozenset.intersection(*(frozenset(one.staff_id for one in root.staff if role in one.roles) for role in _APART))


_APART = (Role.ENGINEER, Role.REVIEWER)


def check_level_told(evidence: Evidence, root: TrustRoot, project: str, package_digest: str) -> None:
    """Refuse a card that names a higher level than the trust root in force keeps; a lower one was true when it was drawn.

    Raises
    ------
    RefusedError: naming both.
    """
    told = evidence.policy.level if evidence.policy else None
    found = level_of(root, project)
    if told is not None and told.is_above(found):
        raise refused(
            Refusal.OTHER_POLICY,
            f"The card in package {package_digest[:12]} says that it is governed at the level of {told.called}, and the trust "
            f"root in force keeps that of {found.called}. Train again under the trust root in force.",
        )
