"""The product on localhost in this process, so that a test can put it into any state."""

from tests.browser.site import person as person
from tests.browser.site import port as port
from tests.browser.site import provider as provider
from tests.browser.site import site as site
