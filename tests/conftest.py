"""Fixtures for every test. Nothing starts before a test does."""

from tests.support.aws_calls import pytest_sessionfinish as pytest_sessionfinish
from tests.support.built_package import built_package as built_package
from tests.support.chromium import chromium as chromium
from tests.support.chromium import context as context
from tests.support.chromium import page as page
from tests.support.coverage import pytest_collection_modifyitems as pytest_collection_modifyitems
from tests.support.fixtures_adapters import table as table
from tests.support.fixtures_api import admin_user as admin_user
from tests.support.fixtures_api import admins_browser as admins_browser
from tests.support.fixtures_api import api as api
from tests.support.fixtures_language import english as english
from tests.support.fixtures_routes import acme as acme
from tests.support.fixtures_routes import admin as admin
from tests.support.fixtures_routes import app as app
from tests.support.fixtures_routes import browser as browser
from tests.support.fixtures_routes import deployment as deployment
from tests.support.fixtures_routes import guest as guest
from tests.support.fixtures_routes import idp as idp
from tests.support.fixtures_routes import new_browser as new_browser
from tests.support.fixtures_routes import path as path
from tests.support.fixtures_services import atomic_aws as atomic_aws
from tests.support.running_product import product as product
