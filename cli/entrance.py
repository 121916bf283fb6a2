"""Where the `tenure` program begins: it listens for being asked to end before it imports anything that takes time."""

from cli.interrupts import watch


def main() -> None:
    """Run the command."""
    watch()
    from cli.main import main as run

    run()
