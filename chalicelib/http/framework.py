"""The parts of Chalice that handlers of a capability use; only this package and app.py know the framework."""

from __future__ import annotations

from chalice.app import Blueprint as Blueprint
from chalice.app import Chalice as Chalice
from chalice.app import CloudWatchEvent as CloudWatchEvent
from chalice.app import Rate as Rate
from chalice.app import Request as Request
from chalice.app import Response as Response
