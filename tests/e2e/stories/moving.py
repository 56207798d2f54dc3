"""What the stories of people who move share: days worked out by hand, mails that let somebody in, acts of HR on a case."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.stories.telling import PHONE
from tests.running import Site

# A busy machine takes longer for a page than the five seconds the browser's library waits by itself.
expect.set_options(timeout=20_000)

# The smallest picture there is, as a phone would send a scan.
SCAN = {
    "name": "scan.png",
    "mimeType": "image/png",
    "buffer": bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    ),
}


def today() -> date:
    """The day of the firm, in Kassel."""
    return datetime.now(ZoneInfo("Europe/Berlin")).date()


def first_of_month(day: date, *, months: int) -> date:
    """The first day of the month so many months after the one of ``day``."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def german(day: date) -> str:
    return f"{day:%d.%m.%Y}"


@contextmanager
def phone_of(browser: Browser, *, locale: str = "en-GB") -> Iterator[Page]:
    """A phone on which nobody is logged in yet."""
    context = browser.new_context(locale=locale, viewport={"width": PHONE, "height": 844})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def mailed_link(site: Site, address: str, subject: str) -> str:
    """The way in of the newest mail to this address with these words in its subject, once it is there."""
    for _attempt in range(120):
        for path in sorted((site.data / "mail").iterdir(), reverse=True):
            for part in re.split(rb"\n-{70,}\n", path.read_bytes()):
                mail = message_from_bytes(part, policy=policy.default)
                if address in (mail["To"] or "") and subject in (mail["Subject"] or ""):
                    found = re.search(r"https?://\S+/(?:link|invitation)/\S+", mail.get_content())
                    assert found, subject
                    return found.group(0)
        time.sleep(0.5)
    raise AssertionError(f"no mail {subject}")


def let_in(page: Page, site: Site, address: str, subject: str) -> None:
    """Follow the link of a mail and go on, as whoever it was sent to."""
    page.goto(mailed_link(site, address, subject))
    before = page.url
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: url != before)


def offer_job(desk: Page, firm: str, job: str, *, low: str, high: str, questions: list[str]) -> None:
    """An opening has its pay and its questions from the start."""
    desk.goto(f"{firm}openings/new/")
    desk.get_by_label("Stelle", exact=True).fill(job)
    desk.get_by_label("Entgelt von").fill(low)
    desk.get_by_label("Entgelt bis").fill(high)
    desk.get_by_label("Gesprächsleitfaden").fill("\n".join(questions))
    desk.get_by_role("button", name="Ausschreiben").click()
    expect(desk.locator("main")).to_contain_text("Die Stelle ist ausgeschrieben")


def enter_application(desk: Page, name: str, email: str, *, country: str, language: str = "en") -> str:
    """Enter an application on the page of the job; the address of the person's own page."""
    desk.get_by_label("Name").fill(name)
    desk.get_by_label("E-Mail").fill(email)
    desk.get_by_label("Sprache").select_option(language)
    desk.get_by_label("Wohnt in").select_option(country)
    desk.get_by_role("button", name="Eintragen und Link erzeugen").click()
    return desk.locator(".notice code").inner_text()


def move_application(desk: Page, stage: str, words: str) -> None:
    box = desk.get_by_role("region", name="Nächster Stand")
    box.get_by_role("combobox").select_option(label=stage)
    box.get_by_label("Was die Person liest").fill(words)
    box.get_by_role("button", name="Vermerken").click()
    expect(desk.locator("main")).to_contain_text("Notiert. Die Person sieht es auf ihrer Seite")


def hire(desk: Page, *, rate: str, route: str, start: date, nationality: str, procedure: str = "") -> str:
    """From the offer to the case; its address."""
    desk.get_by_label("Satz", exact=True).select_option(label=rate)
    desk.get_by_label("Weg", exact=True).select_option(label=route)
    desk.get_by_label("Gewünschter Arbeitsbeginn").fill(start.isoformat())
    desk.get_by_label("Staatsangehörigkeit").select_option(nationality)
    if procedure:
        desk.get_by_label("Verfahren").select_option(label=procedure)
    desk.get_by_role("button", name="Einstellen und Vorgang beginnen").click()
    expect(desk.locator("main")).to_contain_text("Eingestellt. Der Vorgang hat begonnen")
    return desk.url


def invite(desk: Page, case: str) -> None:
    desk.goto(case)
    desk.get_by_role("button", name="Ins Portal einladen").click()
    expect(desk.locator("main")).to_contain_text("ist unterwegs")


def gaps_of(desk: Page, firm: str, name: str, **answers: str) -> None:
    """The gap check of a person, with what HR knows; one answer may bring the next question."""
    desk.goto(f"{firm}care/gaps/")
    desk.get_by_label("Person").select_option(label=name)
    desk.locator("main form button").last.click()
    expect(desk.locator("h1")).to_contain_text(name)
    left = dict(answers)
    while left:
        asked = [one for one in left if desk.locator(f"select[name={one}]").count()]
        assert asked, f"not asked: {left}"
        for one in asked:
            desk.locator(f"select[name={one}]").select_option(left.pop(one))
        desk.get_by_role("button", name="Antworten speichern").click()
        expect(desk.locator("main")).to_contain_text("Die Lücken wurden neu geprüft")


def order_care(desk: Page, offer: str, *, wanted_by: date) -> str:
    """On the gap check: plan an order and send it; its address."""
    chosen = desk.locator("select[name=offer] option", has_text=offer).first
    desk.locator("select[name=offer]").select_option(value=chosen.get_attribute("value"))
    desk.get_by_label("Gewünscht bis").fill(wanted_by.isoformat())
    desk.get_by_role("button", name="Auftrag planen").click()
    expect(desk.locator("main")).to_contain_text("Geplant. Außerhalb weiß noch niemand davon")
    desk.get_by_role("button", name="Auftrag senden").click()
    expect(desk.locator("main")).to_contain_text("der Dienstleister erfährt es per E-Mail ohne Inhalt")
    return desk.url


def said_duties(page: Page) -> list[tuple[str, str, str]]:
    """The list of duties as the case shows it: what, day (or the words for none), provision."""
    rows = []
    for line in page.locator("section[aria-labelledby=duties] .panel-body > ul > li").all():
        what, hint = (text.strip() for text in line.locator("p").all_inner_texts()[:2])
        due, _, rest = hint.partition(" · ")
        rows.append((what, due, rest.partition(" · ")[2]))
    return rows


def record_facts(page: Page, source: str, **answers: date | str) -> None:
    """On the page of a case: record what the law asks, by the names of its questions, and from whom it is known."""
    case = page.url.partition("?")[0]
    for name, answer in answers.items():
        page.locator("section[aria-labelledby=facts]").get_by_role("link", name="Erfassen").click()
        page.locator(f"a[href='?fact={name}']").click()
        page.wait_for_url(f"**?fact={name}")
        field = page.locator("[name=value]")
        if isinstance(answer, date):
            field.fill(answer.isoformat())
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(answer)
        else:
            field.fill(answer)
        page.get_by_label("Quelle").fill(source)
        page.get_by_role("button", name="Erfassen").click()
        page.wait_for_url(case)


def ask_for_paper(page: Page, name: str, *, due: date | None = None, of: str = "") -> None:
    page.locator("summary", has_text="Unterlage anfordern").click()
    form = page.locator("details[open] form", has=page.get_by_role("button", name="Anfordern"))
    form.get_by_label("Unterlage", exact=True).select_option(label=name)
    if due:
        form.get_by_label("Gebraucht bis").fill(due.isoformat())
    if of:
        form.get_by_label("Wessen Unterlage").select_option(label=of)
    form.get_by_role("button", name="Anfordern").click()
    expect(page.locator("main")).to_contain_text("Die Unterlage steht auf der Liste")


def confirm_paper(page: Page, name: str, *, valid_from: date, expires: date | None = None) -> None:
    page.locator("summary", has_text=f"Bestätigen {name}").click()
    form = page.locator("details[open] form", has=page.get_by_role("button", name="Ich habe die Unterlage gesehen"))
    form.get_by_label("Gültig ab").fill(valid_from.isoformat())
    if expires:
        form.get_by_label("Gültig bis").fill(expires.isoformat())
    form.get_by_role("button", name="Ich habe die Unterlage gesehen").click()
    expect(page.locator("main")).to_contain_text("Bestätigt. Was daraus folgt")


def hand_in(phone: Page, portal: str, name: str) -> None:
    """On the phone: take a picture of a paper and send it (portal in English)."""
    phone.goto(f"{portal}papers/")
    line = phone.locator("li", has_text=name)
    line.locator("summary").click()
    line.locator("input[type=file]").set_input_files(SCAN)
    line.get_by_role("button", name="Send").click()
    expect(phone.locator("main")).to_contain_text("The file has arrived")


def do_step(page: Page, case: str, name: str, *, choice: str = "") -> None:
    """HR or the lead does an open step on the page of the case; one that the worker is still busy with is waited for."""
    box = page.locator("section", has=page.locator("h2", has_text=re.compile(f"^{name}$")))
    for _attempt in range(60):
        page.goto(case)
        if box.count():
            break
        time.sleep(0.5)
    if choice:
        box.get_by_label(choice, exact=True).check()
    box.get_by_role("button", name="Erledigt").click()
    expect(page.locator("main")).to_contain_text(f"Erledigt: {name}")


def lead_step(page: Page, firm: str, name: str, *, of: str) -> None:
    """Somebody who does not see the case does the own step of it, from the list of tasks."""
    row = page.locator("li, tr", has_text=of).filter(has=page.get_by_role("link", name=name))
    for _attempt in range(60):
        page.goto(f"{firm}my-tasks/")
        if row.count():
            break
        time.sleep(0.5)
    row.get_by_role("link", name=name).first.click()
    page.get_by_role("button", name="Erledigt").first.click()
    expect(page.locator("main")).to_contain_text(f"Erledigt: {name}")


def own_step(phone: Page, portal: str, name: str, *, choice: str = "") -> None:
    """The person does the own next step on the phone (portal in English)."""
    box = phone.locator("section", has=phone.locator("h2", has_text=name))
    for _attempt in range(60):
        phone.goto(portal)
        if box.count() and box.get_by_role("button", name="I have done this").count():
            break
        time.sleep(0.5)
    if choice:
        box.get_by_label(choice).check()
    box.get_by_role("button", name="I have done this").click()
    expect(phone.locator("main")).to_contain_text("Done. Thank you.")


def one_month_after(day: date) -> str:
    """s.188(2) BGB for a first of a month: the first of the next one."""
    assert day.day == 1
    return german(first_of_month(day, months=1))


def to_top(part: Locator) -> None:
    """Scroll so that a part of the page stands at the top of the picture."""
    part.evaluate("one => one.scrollIntoView({block: 'start', behavior: 'instant'})")


def in_days(day: date, days: int) -> str:
    """ss.187(1), 188(1) BGB: the day of the event is not counted."""
    return german(day + timedelta(days=days))
