"""Who may see what is made for a purpose: whoever hands it out says for whom, and it is one of those whom people approved."""

from tenure.errors import PurposeError
from tenure.names import meant
from tenure.project import Project
from tenure.specs import Model


def check_seen_by(project: Project, spec: Model, for_whom: str | None) -> str:
    """For whom scores of a model are handed out: as it was said, or the first whom its purpose names; empty where it names none.

    Raises
    ------
    PurposeError: where it is somebody whom the purpose does not name.
    """
    purpose = project.purpose_of(spec)
    may = () if purpose is None or purpose.is_in_words else purpose.seen_by
    if for_whom is None:
        return may[0] if may else ""
    if for_whom not in may:
        named = f"names {', '.join(may)}" if may else "names nobody"
        raise PurposeError(
            f"Scores of {spec.name!r} were to be for {for_whom!r}, and its purpose {named}.{meant(for_whom, may)} Hand them to "
            "one of these, or add to seen_by= of the purpose and have that approved."
        )
    return for_whom
