"""What validation says of days, in a line."""

from datetime import date

from tenure.validation import DayVerdict, set_aside_in_words


def verdict(day: int, **counts: object) -> DayVerdict:
    """A day of a hundred rows."""
    fields = {"n_received": 100, "n_kept": 100, "n_quarantined": 0, **counts}
    return DayVerdict(key=date(2020, 1, day), source="lines", **fields)  # type: ignore[arg-type]


def test_where_every_row_simply_counts_there_is_nothing_to_say() -> None:
    """Nor of a withheld day, whose reasons are told elsewhere."""
    withheld = verdict(3, n_kept=0, n_quarantined=90, withheld=("too many",))

    assert set_aside_in_words("lines", [verdict(2), withheld]) == ""


def test_what_did_not_simply_count_is_summed_over_days() -> None:
    """Rows set aside by rule with their latest day, rows that came again, and corrections."""
    days = [
        verdict(2, n_kept=98, n_quarantined=2, broken_rules=(("spend.range", 2),)),
        verdict(3, n_kept=97, n_quarantined=3, broken_rules=(("unique_key", 3),), n_repeated=40, n_corrected=1),
    ]

    assert set_aside_in_words("lines", days) == (
        "lines: 5 rows in quarantine (unique_key 3, spend.range 2), the latest of 2020-01-03, 40 rows came again as they were, "
        "and count once, 1 rows came again and correct earlier ones"
    )
