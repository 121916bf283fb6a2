"""From a day's counts to its verdict: released, or withheld with the reasons in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from expectations.rules import UNIQUE_KEY
from tenure.contracts import Source
from tenure.validation import DayVerdict


@dataclass(frozen=True, kw_only=True)
class BrokenRows:
    """Rows of a day that break a rule, in all and under each rule; and those that are set aside, by name.

    `n_normalised`: cells of text that were brought into one form. `n_alike`: rows equal to an earlier one, where that is allowed.
    """

    n_rows: int = 0
    by_rule: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    n_normalised: int = 0
    n_alike: int = 0


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a batch was read, in words; and by column what cannot be read of it."""

    said: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)


_PLAINLY = Reading()


def verdict(
    source: Source, key: date, *, n_received: int, broken: BrokenRows, is_first: bool, reading: Reading = _PLAINLY
) -> DayVerdict:
    """Judge a day whose rows could be read.

    Parameters
    ----------
    is_first: whether this is the project's first key, the only one with which a source without a date brings rows.
    """
    reasons = tuple(_reasons(source, key, n_received, broken, is_first, reading))
    n_aside = sum(broken.set_aside.values())
    return DayVerdict(
        key=key,
        source=source.name,
        n_received=n_received,
        n_kept=0 if reasons else n_received - broken.n_rows - n_aside,
        n_quarantined=broken.n_rows,
        broken_rules=tuple(sorted(broken.by_rule.items(), key=lambda item: (-item[1], item[0]))),
        withheld=reasons,
        set_aside=tuple(sorted(broken.set_aside.items())),
        n_normalised=broken.n_normalised,
        n_alike=broken.n_alike,
        read_as=", ".join(reading.said),
    )


def _reasons(source: Source, key: date, n_received: int, broken: BrokenRows, is_first: bool, reading: Reading) -> Iterator[str]:
    """Why the day is withheld; nothing when it is not."""
    if source.is_static and not is_first:
        if n_received:
            yield (f"Expected no rows after the first key, for the source carries no date; found {n_received}. "
                   "Deliver it again under the first event day: it replaces what is there.")  # fmt: skip
        return
    yield from _volume(source, key, n_received)
    n_judged = n_received - sum(broken.set_aside.values())
    yield from _shares_set_aside(source, n_received, broken)
    n_repeated = broken.by_rule.get(UNIQUE_KEY, 0)
    if _too_many(broken.n_rows - n_repeated, n_judged, source.max_quarantine_share):
        yield (f"Expected at most {source.max_quarantine_share:.0%} of rows to break a rule, found {broken.n_rows} of "
               f"{n_judged} ({broken.n_rows / n_judged:.1%}): {_most_broken(broken)}.")  # fmt: skip
    elif broken.n_rows == n_judged > 1:
        yield f"Expected rows that keep the contract, found none among {n_judged}: {_most_broken(broken)}."
    elif _too_many(n_repeated, n_judged, source.max_duplicate_share):
        yield (f"Expected keys ({', '.join(source.key)}) that repeat in at most {source.max_duplicate_share:.2%} of rows, "
               f"found {n_repeated} repeated keys in {n_judged} rows ({n_repeated / n_judged:.1%}). "
               "Was the batch appended to itself?")  # fmt: skip
        return
    else:
        return
    yield from (told[:1].upper() + told[1:] for name, told in reading.told.items() if f"{name}.readable" in broken.by_rule)


def _shares_set_aside(source: Source, n_received: int, broken: BrokenRows) -> Iterator[str]:
    """Rows set aside that are fewer or more than usual."""
    for each in source.set_aside if n_received else ():
        low, high = each.usually
        n = broken.set_aside.get(each.name, 0)
        if _too_many(n, n_received, high) or _too_many(n_received - n, n_received, 1 - low):
            yield (f"Expected {low:.0%} to {high:.0%} of rows to be set aside as {each.name} ({each.reason}), found {n} of "
                   f"{n_received} ({n / n_received:.1%}).")  # fmt: skip


def _most_broken(broken: BrokenRows) -> str:
    """The broken rules, most first."""
    return ", ".join(f"{rule} {n}" for rule, n in sorted(broken.by_rule.items(), key=lambda item: (-item[1], item[0])))


def _volume(source: Source, key: date, n_received: int) -> Iterator[str]:
    """The day's rows against the band that the contract allows."""
    band = source.volume
    minimum = source.minimum_on(key - timedelta(days=1))
    because = f" {band.because}" if band.because else ""
    if n_received == 0 and minimum > 0:
        yield f"Expected at least {minimum} rows, found none: the batch is empty.{because}"
    elif n_received < minimum:
        yield f"Expected at least {minimum} rows, found {n_received}: the batch is too small.{because}"
    elif band.maximum is not None and n_received > band.maximum:
        yield f"Expected at most {band.maximum} rows, found {n_received}: the batch is too large.{because}"


def _too_many(n: int, n_received: int, share: float) -> bool:
    """Whether a share is exceeded; a single row condemns no batch, however small that is, unless none is to break a rule."""
    return n > (max(1.0, share * n_received) if share else 0.0)
