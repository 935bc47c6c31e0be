"""The form of a guide."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.i18n.message import Message


@dataclass(frozen=True, slots=True)
class GuideTerm:
    """The name that a vendor's console uses.

    Attributes:
        text: the vendor's own words, which stay as they are, or words of ours.
        is_checked: it was read in the vendor's console, documentation or a published guide, not only remembered.
    """

    text: str | Message
    is_checked: bool = True


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One instruction.

    Attributes:
        code: of a text of `i18n/locales/en/guide.json`. Names of buttons and fields stand between `**` there.
        is_checked: see `Word`.
    """

    code: str
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
    acs_url: GuideTerm
    entity_id: GuideTerm
    sso_url: GuideTerm
    issuer: GuideTerm
    certificate: GuideTerm
    metadata: GuideTerm
    steps: tuple[GuideStep, ...]
    traps: tuple[GuideStep, ...] = ()

    @property
    def is_checked(self) -> bool:
        """True if every entry comes from published documentation."""
        words = (self.acs_url, self.entity_id, self.sso_url, self.issuer, self.certificate, self.metadata)
        steps = (*self.steps, *self.traps)
        return all(word.is_checked for word in words) and all(step.is_checked for step in steps)


def unchecked(text: str | Message) -> GuideTerm:
    """Makes a name that was not looked up yet."""
    return GuideTerm(text, is_checked=False)


def unchecked_step(code: str) -> GuideStep:
    """Makes a step that was not tried yet."""
    return GuideStep(code, is_checked=False)
