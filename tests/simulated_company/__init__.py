"""A simulated grocer, whose truth about pauses is known, for tests of estimators."""
