"""The localized text of a refusal: what happened, whether to retry, who can fix it, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.connections.model import Provider
from chalicelib.connections.provider_console import FROM_MEMORY, PLACES, ConsolePlace
from chalicelib.connections.provider_name import PROVIDER_NAMES
from chalicelib.i18n.catalog import has, t
from chalicelib.saml.check import Check
from chalicelib.saml.refusal import RefusalCode, ResponsibleParty
from chalicelib.sign_in.guidance import advice_for
from chalicelib.sign_in.refusal_variant import variant_of


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """The text of one refusal, for one identity provider, in the reader's language.

    It is shown to unauthenticated users: no expected or received values, no names.

    Attributes:
        what_to_do: one instruction for `fixer`.
        where: the navigation path in that vendor's console, or None if it is unknown or nothing there is wrong.
        where_label: the label before `where`; None before a full sentence.
    """

    title: str
    explanation: str
    retry_helps: bool
    fixer: ResponsibleParty
    what_to_do: str
    wrong_person: bool = False
    where_label: str | None = None
    where: str | None = None

    @property
    def where_in_full(self) -> str | None:
        """Label and path as one sentence."""
        return f"{self.where_label}: {self.where}" if self.where_label else self.where


def localize_refusal(code: RefusalCode, provider: Provider | None = None, checks: Iterable[Check] = ()) -> RefusalWords:
    """Returns the localized text of one refusal.

    Args:
        provider: the connection's, if there is one.
        checks: those of the attempt; the failed one selects the variant.
    """
    variant = variant_of(code, checks)
    advice = advice_for(code, variant)
    label, where = _where(provider, advice.place)
    return RefusalWords(
        title=_text(code, variant, "title"),
        explanation=_text(code, variant, "explanation"),
        retry_helps=advice.retry_helps,
        fixer=advice.fixer,
        what_to_do=_text(code, variant, "advice"),
        wrong_person=advice.wrong_person,
        where_label=label,
        where=where,
    )


def refusal_title(code: str) -> str:
    """Returns the one-line title of a refusal, or the code itself if it is obsolete."""
    key = f"refusal.{code}.title"
    return str(t(key)) if has(key) else code


def _text(code: RefusalCode, variant: str | None, part: str) -> str:
    own = f"refusal.{code.value}.{variant}.{part}"
    return t(own) if variant and has(own) else t(f"refusal.{code.value}.{part}")


def _where(provider: Provider | None, place: ConsolePlace | None) -> tuple[str | None, str | None]:
    if provider is None or place is None or provider not in PLACES:
        return None, None
    vendor = PROVIDER_NAMES[provider]
    if place not in PLACES[provider]:
        return None, t("refusal.where_clock_cloud", vendor=vendor)
    label = "refusal.where_unchecked" if provider in FROM_MEMORY else "refusal.where"
    return t(label, vendor=vendor), PLACES[provider][place].replace("{app}", t("refusal.app"))
