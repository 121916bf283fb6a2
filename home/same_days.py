"""Whose days a company's keys are: said with its first landing, and never otherwise since."""

from home.workplace import Workplace
from tenure.errors import HomeError


def require_same_days(workplace: Workplace) -> None:
    """Note the zone of a company of which nothing is landed, and refuse one whose landed days are those of another zone.

    Raises
    ------
    HomeError: the batches were cut, rolled up and scored by days that begin and end at other moments.
    """
    raw, project = workplace.raw, workplace.project
    landed = raw.zone(project.name)
    if landed is None:
        raw.note_zone(project.name, project.timezone)
    elif landed != project.timezone:
        raise HomeError(
            f"Project {project.name!r} counts the days of {project.timezone!r}, but its days in {workplace.settings.home} were "
            f"landed as those of {landed!r}, which begin and end at other moments. Set timezone={landed!r} in its project.py "
            "again, or land its history anew in a home of its own (TENURE_HOME)."
        )
