"""Whether what a run would read may be read: asked before it begins, and again where it reads."""

from home.workplace import Workplace
from tenure.errors import RefusedError


def require_sources(workplace: Workplace) -> None:
    """Refuse to begin where a source of the company is not approved as it is declared.

    Raises
    ------
    RefusedError: naming the sources, where they stand, and what to do.
    """
    workplace.promotions.require_sources([source.name for source in workplace.project.sources])


def not_approved(workplace: Workplace) -> str:
    """Why nothing of the company lands, in words; empty where every source is approved."""
    try:
        require_sources(workplace)
    except RefusedError as error:
        return str(error)
    return ""
