"""The `tenure` command: one file per group. It may import anything; nobody imports it."""
