"""What the stories of people who go or stay abroad share: steps and duties of a case, the way in by mail, days."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import logged_in
from tests.e2e.stories.telling import PHONE, Story
from tests.running import Site

FIRM = "/o/nordhessen/"


@dataclass
class Stage:
    """The site, the browser, and the case once it is there."""

    site: Site
    browser: Browser
    story: Story
    case: str = ""
    link: str = ""

    def firm(self, path: str) -> str:
        return f"{self.site.url}{FIRM}{path}"

    @contextmanager
    def desk(self, email: str) -> Iterator[Page]:
        with logged_in(self.browser, self.site, email) as page:
            yield page

    @contextmanager
    def phone(self) -> Iterator[Page]:
        context = self.browser.new_context(locale="de-DE", viewport={"width": PHONE, "height": 844})
        page = context.new_page()
        page.set_default_timeout(20_000)
        yield page
        context.close()

    def link_in_mail(self, to: str, pattern: str) -> str:
        """The newest link of this kind in a mail to somebody, once it is there."""
        for _attempt in range(60):
            for path in sorted((self.site.data / "mail").iterdir(), reverse=True):
                for part in re.split(rb"\n-{70,}\n", path.read_bytes()):
                    mail = message_from_bytes(part, policy=policy.default)
                    found = re.search(pattern, mail.get_content()) if to in (mail["To"] or "") else None
                    if found:
                        return found.group(0)
            time.sleep(1)
        raise AssertionError(f"no mail to {to}")

    def invite(self, page: Page, email: str) -> None:
        """On the page of the case HR invites the person into the portal."""
        page.get_by_role("button", name="Ins Portal einladen").click()
        expect(page.locator("main")).to_contain_text(f"Die Einladung an {email} ist unterwegs")

    def enter(self, page: Page, email: str) -> None:
        """The person follows the link of the invitation and goes on to the portal."""
        page.goto(self.link_in_mail(email, r"https?://\S+/invitation/\S+"))
        page.get_by_role("button", name="Einladung annehmen").click()
        page.wait_for_url(re.compile("/welcome/"))
        page.goto(self.firm("portal/"))
        expect(page.locator("h1")).to_have_text(re.compile("Was als Nächstes geschieht|What happens next"))


def do_step(page: Page, name: str, *, choice: str = "", note: str = "") -> None:
    """An open step of the case is done on its page."""
    section = page.locator("section.panel", has=page.get_by_role("heading", name=name, exact=True))
    if choice:
        section.get_by_label(choice, exact=True).check()
    if note:
        section.get_by_label("Hinweis").fill(note)
    section.get_by_role("button", name="Erledigt").click()
    expect(section).to_have_count(0)


def record(page: Page, question: str, answer: str, source: str) -> None:
    """One fact of the person, through the link where the law asks for it or where it is listed."""
    case = page.url
    page.get_by_role("link", name="Erfassen").first.click()
    page.get_by_role("link", name=question).click()
    value = page.get_by_label(question)
    if value.evaluate("field => field.tagName") == "SELECT":
        value.select_option(label=answer)
    else:
        value.fill(answer)
    page.get_by_label("Quelle").fill(source)
    page.get_by_role("button", name="Erfassen").click()
    page.wait_for_url(case)
    expect(page.locator("main")).to_contain_text("Erfasst. Die Rechtsprüfung wurde neu gefragt")


def duties_shown(page: Page) -> list[tuple[str, str, str]]:
    """What, day and provision of every duty on the page of the case, as they stand there."""
    found = []
    for line in page.locator("section.panel[aria-labelledby=duties] ul.conditions").first.locator("> li").all():
        day, *_who, provision = line.locator("p.hint").first.inner_text().split(" · ")
        found.append((line.locator("p").first.inner_text(), day, provision))
    return found


def panel(page: Page, labelled_by: str) -> Locator:
    return page.locator(f"section[aria-labelledby={labelled_by}]")


def german(day: date) -> str:
    """A day as German pages write it."""
    return f"{day.day:02}.{day.month:02}.{day.year}"


def mid_month(months_ahead: int) -> date:
    """The fifteenth of a month to come: a day that every month and every year has."""
    today = date.today()  # the site runs on the clock of this machine
    count = today.year * 12 + today.month - 1 + months_ahead
    return date(count // 12, count % 12 + 1, 15)


def later(day: date, *, months: int) -> date:
    """The same day some months on, s.188(2) BGB; of the fifteenth there is one in every month."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, day.day)
