"""An identity provider for demonstrations and tests: visitors choose who they are.

Its messages are made and signed here with lxml and OpenSSL alone, so that what the product verifies was not made by the
product. It posts to addresses of this machine only.
"""
