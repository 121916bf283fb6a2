"""Where governance keeps things: the log, the witness's copies, packages, keys; they decide nothing."""
