"""What the grocer delivers: one file per source, each with one SOURCE."""
