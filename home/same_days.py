"""Whose days a company's keys are: said before its first landing, and never otherwise since.

A file beside the receipts of raw batches says it, `zones/<company>`; where it is missing they are those of UTC.
"""

from adapters.whole_files import write_whole
from home.workplace import Workplace
from tenure.clocks import UTC
from tenure.errors import HomeError


def require_same_days(workplace: Workplace) -> None:
    """Note the zone of a company of which nothing is landed, and refuse one whose landed days are those of another zone.

    Raises
    ------
    HomeError: the batches were cut, rolled up and scored by days that begin and end at other moments.
    """
    project, settings = workplace.project, workplace.settings
    receipts, noted = settings.raw / "receipts" / project.name, settings.raw / "zones" / project.name
    landed = noted.read_text(encoding="utf-8").strip() if noted.exists() else UTC
    if landed == project.timezone:
        return
    if receipts.is_dir() and any(receipts.rglob("*.json")):
        raise HomeError(
            f"Project {project.name!r} counts the days of {project.timezone!r}, but its days in {settings.home} were landed as "
            f"those of {landed!r}, which begin and end at other moments. Set timezone={landed!r} in its project.py again, or "
            "land its history anew in a home of its own (TENURE_HOME)."
        )
    write_whole(noted, f"{project.timezone}\n")
