"""The parts of Chalice that handlers use. Only this package and app.py import the framework."""

from __future__ import annotations

from chalice.app import Blueprint as Blueprint
from chalice.app import Chalice as Chalice
from chalice.app import CloudWatchEvent as CloudWatchEvent
from chalice.app import Rate as Rate
from chalice.app import Request as Request
from chalice.app import Response as Response
