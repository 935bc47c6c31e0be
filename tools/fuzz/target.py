"""The interface of a fuzz target."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import ClassVar


class Broken(AssertionError):
    """The oracle's no: what came out can't be right, whatever went in."""


class Target(ABC):
    """A function under a stranger's octets, and an oracle.

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
        """Inputs to begin with."""

    @abstractmethod
    def run(self, octets: bytes) -> str:
        """Run one input and name how it ended.

        Raises:
            Broken: the oracle says no. Any other exception is a defect too.
        """

    def mutate(self, octets: bytes, random: Random) -> bytes:
        """Surgery of the target's own; nothing by default, for then libFuzzer's mutations alone do."""
        return octets
