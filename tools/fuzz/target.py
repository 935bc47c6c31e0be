"""The interface of a fuzz target."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import ClassVar


class Broken(AssertionError):
    """Raised by an oracle: the result can't be right for any input."""


class Target(ABC):
    """A function that processes untrusted bytes, and an oracle.

    Attributes:
        seconds_most: CPU time that one input may take; a good response takes a hundredth of it.
        words: what libFuzzer strews in.
    """

    seconds_most: ClassVar[float] = 1.0
    words: ClassVar[tuple[bytes, ...]] = ()

    def __init__(self) -> None:
        self.endings: Counter[str] = Counter()

    @abstractmethod
    def seeds(self) -> Sequence[bytes]:
        """Seed inputs."""

    @abstractmethod
    def run(self, octets: bytes) -> str:
        """Runs one input and returns a name for the outcome.

        Raises:
            Broken: the oracle says no. Any other exception is a defect too.
        """

    def mutate(self, octets: bytes, random: Random) -> bytes:
        """Target-specific mutations. None by default: libFuzzer's own mutations suffice."""
        return octets
