"""The browser behind a request to a page, with the types of this application's sessions."""

from __future__ import annotations

from typing import TypeAlias

from chalicelib.http import browser_session, page_routing
from chalicelib.sessions.remembered_account import RememberedAccount
from chalicelib.sessions.signed_in import SignedInSession

BrowserSession: TypeAlias = browser_session.BrowserSession[SignedInSession, RememberedAccount]
Visit: TypeAlias = page_routing.Visit[BrowserSession]
