"""States of pages: how a person gets there, in any language, with forms that are found by their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from chalicelib.http.cookies import account_cookie_name, session_cookie_name, setup_cookie_name
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.remembered_account import RememberedAccount
from chalicelib.sessions.service import new_session
from chalicelib.users.model import User
from tests.browser.site import Site


@dataclass(frozen=True)
class Walk:
    """One person's way through the product."""

    site: Site
    page: Page

    def go(self, path: str) -> None:
        """Open a path of ours, or an address that begins with ours."""
        self.page.goto(self.site.base + path.removeprefix(self.site.base))

    def enter(self, user: User) -> None:
        """Have a session, without the forms."""
        session = new_session(user, AuthenticationMethod.PASSWORD, self.site.deployment.now)
        self.site.deployment.container.table.write(session.write)
        self._keep(session_cookie_name(self.site.deployment.container.settings), session.cookie)

    def remember(self, account: RememberedAccount) -> None:
        """Have signed in here before."""
        self._keep(account_cookie_name(self.site.deployment.container.settings), account.cookie())

    def be_guest(self, cookie: str) -> None:
        """Have opened a setup link."""
        self._keep(setup_cookie_name(self.site.deployment.container.settings), cookie)

    def fill(self, **fields: str) -> None:
        """Type into the fields of these IDs."""
        for name, text in fields.items():
            self.page.fill(f"#{name}", text)

    def press(self, button: str = "main form .btn.pri") -> None:
        """Press a button, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator(button).first.click()

    def send(self, path: str, *, from_elsewhere: bool = False, **fields: str) -> None:
        """Arrive with a form that no page of ours shows, posted from here or from another site."""
        self.page.goto(self.site.provider if from_elsewhere else f"{self.site.base}/problems/not_found")
        with self.page.expect_navigation():
            self.page.evaluate(
                """([url, fields]) => {
                  const form = document.createElement('form');
                  form.method = 'post'; form.action = url;
                  for (const [name, value] of Object.entries(fields)) {
                    const field = document.createElement('input');
                    field.name = name; field.value = value; form.append(field);
                  }
                  document.body.append(form); form.submit();
                }""",
                [self.site.base + path, fields],
            )

    def _keep(self, name: str, value: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.site.base}])


@dataclass(frozen=True)
class State:
    """One state of a page.

    Attributes:
        route: of the document at the end, `GET /login`.
    """

    route: str
    status: int
    arrive: Callable[[Walk], None]

    @property
    def name(self) -> str:
        """For the test and the screenshots."""
        return self.arrive.__name__.replace("_", "-")


STATES: list[State] = []


def state(route: str, status: int = 200) -> Callable[[Callable[[Walk], None]], Callable[[Walk], None]]:
    """Let every test of all pages come here, too."""

    def noted(arrive: Callable[[Walk], None]) -> Callable[[Walk], None]:
        STATES.append(State(route, status, arrive))
        return arrive

    return noted
