"""What proving a champion costs a scoring run, above reading and hashing its bytes.

Log, witness, signatures, quorum, revocations and review date. Run as a process of its own in a home where a model serves; what
scoring has loaded before it asks for the champion is loaded first.
"""

import hashlib
import statistics
import time
from collections.abc import Callable

from adapters.settings import load_settings, prepare_environment
from governance.stores.package_store import PackageStore
from home.workplace import Workplace
from tenure.loading import load_project

PROJECT, MODEL = "complete_journey", "lapse_28d"
REPEATS = 20


def main() -> None:
    """Measure and print one line that `speed.py` reads: milliseconds of the first proof, and of later ones (median)."""
    prepare_environment()
    _load_what_scoring_loads()
    workplace = Workplace(load_project(f"projects.{PROJECT}"), load_settings())
    project = workplace.project.name
    first = _ms(lambda: workplace.promotions.champion(project, MODEL))
    digest = workplace.promotions.champion_record(project, MODEL).package_digest
    hashing = statistics.median(_ms(lambda: _hash(workplace, digest)) for _ in range(REPEATS))
    later = statistics.median(_ms(lambda: workplace.promotions.champion(project, MODEL), before=_forget) for _ in range(REPEATS))
    print(f"measured {first - hashing} {later - hashing} {hashing}")


def _load_what_scoring_loads() -> None:
    """Dagster, and the dialect in which it keeps its own events."""
    import dagster  # noqa: F401
    import sqlalchemy as sa

    sa.create_engine("sqlite://").dispose()


def _hash(workplace: Workplace, digest: str) -> None:
    """Read and hash a package, as any load would."""
    files, manifest = PackageStore(workplace.settings.home).read(digest)
    for content in (*files.values(), manifest):
        hashlib.sha256(content).hexdigest()


def _forget() -> None:
    """Drop what the process remembers of records read and signatures checked."""
    from governance.records import approval, serving, signing, statement

    for remembered in (
        approval.peek_approval,
        serving.peek_promotion,
        signing.read_envelope,
        signing._fits,
        statement.peek_package,
    ):
        remembered.cache_clear()


def _ms(call: Callable[[], object], *, before: Callable[[], None] = lambda: None) -> float:
    """Milliseconds of a call."""
    before()
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
