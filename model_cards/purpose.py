"""What evidence says of the purpose of a model: what for, by which right, what may be read, for how long, who approved it.

All of it is what people approved; a statement beside it adds to it, and where the two differ what was approved holds.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from model_cards.paths import entries

Tree = Mapping[str, Any]


def purpose(tree: Tree) -> list[str]:
    """What for, by which right, and who approved it."""
    if not tree.get("purpose"):
        return []
    marketing = (
        "People may be written to under it." if tree["purpose"]["is_direct_marketing"] else "Nobody is written to under it."
    )
    return [
        "{purpose.name}: {purpose.why}",
        "Lawful basis: {purpose.basis}. Categories of data: {purpose.categories}. Its models may read {purpose.columns}, and "
        "no other column.",
        f"{_seen_by(tree)} {marketing}",
        _approved(tree["purpose"], "purpose", "It"),
        "No record says whether an assessment of the impact on people was made: whoever made one states it here. Where a "
        "statement says otherwise than this, what was approved holds.",
    ]


def retention(tree: Tree) -> list[str]:
    """For how long data are kept, as the purpose and each source say."""
    return ["Under this purpose data are kept {purpose.kept}.", *_of_sources(tree)] if tree.get("purpose") else []


def _of_sources(tree: Tree) -> Iterator[str]:
    """A line for each source."""
    for path, source in entries(tree, "purpose.sources"):
        yield f"{{{path}.name}}, from {{{path}.from_whom}}: kept {{{path}.kept}}. {_approved(source, path, 'It')}"


def _approved(one: Mapping[str, Any], path: str, it: str) -> str:
    """Who approved it."""
    if not one["approval"]:
        return f"{it} was approved by nobody."
    if not one["approval"]["signed_by"]:
        return f"{it} counts as approved, for it was read before approvals; noted on {{{path}.approval.on}}, signed by nobody."
    return f"{it} was approved by {{{path}.approval.signed_by}} on {{{path}.approval.on}}."


def _seen_by(tree: Tree) -> str:
    """Who may see what is made under it."""
    return (
        "What is made under it may be seen by: {purpose.seen_by}."
        if tree["purpose"]["seen_by"]
        else "Nobody is named who may see it."
    )
