"""Journeys over HTTP against the running product."""

from tests.running_product import product as product
