"""Speed and prediction quality, as tables for people. Nothing here asserts; `make bench` runs it."""
