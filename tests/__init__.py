"""Tests mirror chalicelib; `responses` and `attacks` hold the corpus that a test identity provider signs."""
