"""What every embedded service is: a program, the variables that lead to it, a way to know that it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from embedded.process import Child

PATIENCE = 60.0  # seconds; a database that was killed may have much to recover


def is_port_taken(complaint: str) -> bool:
    return "already in use" in complaint.lower()


@dataclass(frozen=True)
class Service:
    child: Child
    variables: Mapping[str, str]
    answers: Callable[[], bool]
    line: str
    # Given what it complained of when it died at its start: is another try, on another port, worth it?
    may_try_again: Callable[[str], bool] = is_port_taken

    def start(self) -> None:
        """Start it and wait until it answers. Raises ChildDied, EmbeddedError, StopAsked."""
        self.child.start()
        self.child.wait_until(self.answers, PATIENCE)
