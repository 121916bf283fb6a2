"""From a day's counts to its verdict: released, or withheld with the reasons in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from expectations.rules import UNIQUE_KEY
from tenure.contracts import Source
from tenure.validation import DayVerdict


@dataclass(frozen=True, kw_only=True)
class BrokenRows:
    """Rows of a day that break a rule, in all and under each rule."""

    n_rows: int = 0
    by_rule: Mapping[str, int] = field(default_factory=dict)


def verdict(source: Source, key: date, *, n_received: int, broken: BrokenRows, is_first: bool) -> DayVerdict:
    """Judge a day whose rows could be read.

    Parameters
    ----------
    is_first: whether this is the project's first key, the only one with which a source without a date brings rows.
    """
    reasons = tuple(_reasons(source, key, n_received, broken, is_first))
    return DayVerdict(
        key=key,
        source=source.name,
        n_received=n_received,
        n_kept=0 if reasons else n_received - broken.n_rows,
        n_quarantined=broken.n_rows,
        broken_rules=tuple(sorted(broken.by_rule.items(), key=lambda item: (-item[1], item[0]))),
        withheld=reasons,
    )


def _reasons(source: Source, key: date, n_received: int, broken: BrokenRows, is_first: bool) -> Iterator[str]:
    """Why the day is withheld; nothing when it is not."""
    if source.is_static and not is_first:
        if n_received:
            yield (f"Expected no rows after the first key, for the source carries no date; found {n_received}. "
                   "Deliver it again under the first event day: it replaces what is there.")  # fmt: skip
        return
    yield from _volume(source, key, n_received)
    n_repeated = broken.by_rule.get(UNIQUE_KEY, 0)
    if _too_many(n_repeated, n_received, source.max_duplicate_share):
        yield (f"Expected keys ({', '.join(source.key)}) that repeat in at most {source.max_duplicate_share:.2%} of rows, "
               f"found {n_repeated} repeated keys in {n_received} rows ({n_repeated / n_received:.1%}). "
               "Was the batch appended to itself?")  # fmt: skip
    elif _too_many(broken.n_rows, n_received, source.max_quarantine_share):
        most = sorted(broken.by_rule.items(), key=lambda item: (-item[1], item[0]))
        yield (f"Expected at most {source.max_quarantine_share:.0%} of rows to break a rule, found {broken.n_rows} of "
               f"{n_received} ({broken.n_rows / n_received:.1%}): {', '.join(f'{rule} {n}' for rule, n in most)}.")  # fmt: skip


def _volume(source: Source, key: date, n_received: int) -> Iterator[str]:
    """The day's rows against the band that the contract allows."""
    band = source.volume
    minimum = band.minimum_on(key - timedelta(days=1))
    because = f" {band.because}" if band.because else ""
    if n_received == 0 and minimum > 0:
        yield f"Expected at least {minimum} rows, found none: the batch is empty.{because}"
    elif n_received < minimum:
        yield f"Expected at least {minimum} rows, found {n_received}: the batch is too small.{because}"
    elif band.maximum is not None and n_received > band.maximum:
        yield f"Expected at most {band.maximum} rows, found {n_received}: the batch is too large.{because}"


def _too_many(n: int, n_received: int, share: float) -> bool:
    """Whether a share is exceeded; a single row never condemns a batch, however small the batch is."""
    return n > max(1.0, share * n_received)
