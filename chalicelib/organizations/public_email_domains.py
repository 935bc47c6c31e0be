"""Domains that no organization can verify: those of public email providers, and those with public registration."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LISTED: Final = """
    126.com 163.com aim.com aol.com btinternet.com comcast.net cox.net duck.com fastmail.com fastmail.fm free.fr
    freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com
    hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com inbox.com inbox.ru interia.pl laposte.net
    libero.it list.ru live.co.uk live.com live.de live.fr live.nl mac.com mail.com mail.de mail.ru mailbox.org
    mailinator.com me.com msn.com naver.com o2.pl onet.pl orange.fr outlook.com outlook.de outlook.es outlook.fr
    pm.me posteo.de proton.me protonmail.com protonmail.ch qq.com rambler.ru rediffmail.com rocketmail.com
    sbcglobal.net seznam.cz sfr.fr sina.com t-online.de tutanota.com tuta.io ukr.net verizon.net virgilio.it
    wanadoo.fr web.de wp.pl ya.ru yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de
    yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru yeah.net ymail.com zoho.com zohomail.com
"""
PUBLIC_MAIL: Final = frozenset(_LISTED.split())


def is_public_domain(domain: str) -> bool:
    """Returns True if unrelated users have addresses under this canonical domain, so that no organization can own it.

    That includes public suffixes (publicsuffix.org with its private section).
    """
    return domain in PUBLIC_MAIL or _suffixes().publicsuffix(domain) == domain


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
