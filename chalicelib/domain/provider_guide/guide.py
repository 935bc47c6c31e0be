"""The form of a guide."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A name in somebody's console.

    Attributes:
        is_checked: it was read in the vendor's console, documentation or a published guide, not only remembered.
    """

    text: str
    is_checked: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. Names of buttons and fields stand between `**`.

    Attributes:
        is_checked: see `Word`.
    """

    text: str
    is_checked: bool = True


@dataclass(frozen=True, slots=True)
class ProviderGuide:
    """One identity provider.

    Attributes:
        mark: one to three characters for its tile.
        acs_url, entity_id: what it calls ours.
        sso_url, issuer, certificate: what it calls its own.
        metadata: where its metadata is found, and whether there is an address for it.
        traps: what goes wrong most often.
    """

    mark: str
    acs_url: Word
    entity_id: Word
    sso_url: Word
    issuer: Word
    certificate: Word
    metadata: Word
    steps: tuple[Step, ...]
    traps: tuple[Step, ...] = ()

    @property
    def is_checked(self) -> bool:
        """Whether everything here was read somewhere."""
        words = (self.acs_url, self.entity_id, self.sso_url, self.issuer, self.certificate, self.metadata)
        steps = (*self.steps, *self.traps)
        return all(word.is_checked for word in words) and all(step.is_checked for step in steps)


def unchecked(text: str) -> Word:
    """A name that nobody has looked up yet."""
    return Word(text, is_checked=False)


def unchecked_step(text: str) -> Step:
    """A step that nobody has tried yet."""
    return Step(text, is_checked=False)
