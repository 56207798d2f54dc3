"""Logging in: by password and second factor, limited, in our design; and the production settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

if TYPE_CHECKING:
    from tests.database import Database
    from werkfluss.org.models import Organisation, User

PASSWORD = "ein langes Kennwort"
_RESTARTED = """
import json, sys
import django
from django.conf import settings
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
django.setup()
from django.test import Client
from django.urls import reverse
client = Client(HTTP_HOST="localhost", headers={"Accept-Language": "de"})
answer = client.post(reverse("account_login"), {"login": sys.argv[1], "password": sys.argv[2]})
print(json.dumps([answer.status_code, "Zu viele vergebliche Anmeldungen" in answer.content.decode()]))
"""


def make_user(email: str = "karla@muster.example") -> User:
    from allauth.account.models import EmailAddress

    from werkfluss.org.models import User

    user = User.objects.create_user(email, PASSWORD, name="Karla Muster")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def visitor() -> Client:
    return Client(HTTP_HOST="localhost", headers={"Accept-Language": "de"})


def log_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code


def test_password_leads_inside(db: None) -> None:
    make_user()
    client = visitor()
    assert log_in(client, "karla@muster.example") == 302
    assert client.get(reverse("profile")).status_code == 200


def test_wrong_password_says_so_without_telling_who_exists(db: None) -> None:
    make_user()
    answers = [
        visitor().post(reverse("account_login"), {"login": f"{who}@muster.example", "password": "falsch"}).content
        for who in ("karla", "niemand")
    ]
    for answer in answers:
        assert "E-Mail-Adresse oder Passwort stimmt nicht." in answer.decode()


def test_sign_up_is_closed(db: None) -> None:
    assert "Konten gibt es auf Einladung" in visitor().get(reverse("account_signup")).content.decode()


def test_second_factor_is_asked_for(db: None) -> None:
    from allauth.mfa.totp.internal import auth as totp

    user = make_user()
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    client = visitor()
    assert log_in(client, user.email) == 302
    assert client.get(reverse("profile")).status_code == 302, "not yet inside"
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert "Zweiter Faktor" in page
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("profile")).status_code == 200


def test_passkey_login_offers_a_challenge_on_localhost(db: None) -> None:
    answer = visitor().get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    options = json.loads(answer.content)["request_options"]["publicKey"]
    assert options["rpId"] == "localhost"
    assert options["challenge"]


def test_security_pages_ask_who_it_is(db: None) -> None:
    client = visitor()
    client.force_login(make_user(), backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        answer = client.get(reverse(name))
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_reset_mail_says_sie_and_works(db: None, settings: pytest.FixtureRequest) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    make_user()
    client = visitor()
    client.post(reverse("account_reset_password"), {"email": "karla@muster.example"})
    sent = [message.body for message in mail.outbox] or _queued()
    (body,) = sent
    assert "Sie oder jemand anderes" in body
    path = body.split("http://localhost")[1].split()[0].split("/", 1)[1]
    page = client.get(f"/{path}", follow=True)
    assert "Neues Passwort" in page.content.decode()


def _queued() -> list[str]:
    """Mail that waits in the firm-less queue instead of having been sent at once."""
    from werkfluss.org import models

    return [row.body for row in models.OutgoingMail.objects.all()]


def test_failed_logins_stay_counted_over_a_restart(committed_db: None, database: Database) -> None:
    """Each attempt in this process, the last one in a fresh one: the limit is kept in the database."""
    make_user()
    for _ in range(10):
        assert log_in(visitor(), "karla@muster.example", "falsch") == 200
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "werkfluss.config.settings",
        "DATABASE_URL": database.app,
        "WERKFLUSS_SECRET_KEY": "a key for tests only, long enough to be accepted by every check there is",
    }
    for password in ("falsch", PASSWORD):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _RESTARTED, "karla@muster.example", password],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        status, limited = json.loads(done.stdout)
        assert (status, limited) == (200, True)


def test_production_settings_are_clean() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "werkfluss.config.settings",
            "DATABASE_URL": "postgresql://werkfluss_app@localhost/none",
            "WERKFLUSS_SITE_URL": "https://werkfluss.firma.example",
            "WERKFLUSS_SECRET_KEY": "k7-Vq2xZ9mTfR4wLbN8cYjH3sDgU6pEaK1vXoIrQtB5nMz0yWuC",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_language_and_look_are_kept(db: None, firm: Organisation) -> None:
    client = visitor()
    answer = client.post(reverse("set_look"), {"look": "dark", "next": "/help/"})
    assert answer.headers["Location"] == "/help/"
    client.post(reverse("set_language"), {"language": "en"})
    page = client.get("/help/").content.decode()
    assert '<html lang="en" data-bs-theme="dark"' in page
    client.post(reverse("set_look"), {"look": "contrast"})
    assert 'data-bs-theme="light" data-contrast="more"' in client.get("/help/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_switches_never_lead_to_another_site(db: None, target: str) -> None:
    answer = visitor().post(reverse("set_look"), {"look": "dark", "next": target})
    assert answer.headers["Location"] == "/"


def test_profile_changes_language_for_the_person(db: None) -> None:
    user = make_user()
    client = visitor()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    form = {"name": "Karla M.", "language": "en", "time_zone": "Asia/Kolkata"}
    assert client.post(reverse("profile"), form).status_code == 302
    page = client.get(reverse("profile")).content.decode()
    assert '<html lang="en"' in page
    assert 'data-keys="off"' in page
    user.refresh_from_db()
    assert (user.name, user.time_zone) == ("Karla M.", "Asia/Kolkata")
