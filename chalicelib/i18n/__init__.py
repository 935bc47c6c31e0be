"""Texts for people: catalogs, languages, messages."""
