"""What a restored home leaves to do, in words."""

from cli.backup import left_to_do


def test_settings_of_before_are_listed() -> None:
    """Each stands below the sentence that announces it."""
    lines = list(left_to_do({"TENURE_WITNESS": "/mnt/witness"}, has_keys=True))

    assert lines[0].endswith("these were set:")
    assert lines[1:] == ["  TENURE_WITNESS=/mnt/witness"]


def test_nothing_is_announced_that_does_not_follow() -> None:
    """No settings were set: it is said. No keys are here: it is said as well."""
    settings, keys = left_to_do({}, has_keys=False)

    assert settings.endswith("none was set.")
    assert keys.startswith("There are no private keys here")
