"""All settings of Django, in one file. What an installation may change is in ``env``."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from werkfluss.config import env, secret

PACKAGE = Path(__file__).resolve().parent.parent
SITE_URL = env.site_url()
_site = urlsplit(SITE_URL)
PRODUCTION = _site.scheme == "https"

DEBUG = False
SECRET_KEY = secret.key()
SECRET_KEY_FALLBACKS = env.SECRET_KEY_FALLBACKS.words()
ALLOWED_HOSTS = [_site.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "werkfluss.web.urls"
CSRF_FAILURE_VIEW = "werkfluss.web.pages.errors.csrf_failed"
ASGI_APPLICATION = "werkfluss.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    "werkfluss.org",
    "werkfluss.evidence",
    "werkfluss.compliance",
    "werkfluss.workforce",
    "werkfluss.work",
    "werkfluss.agents",
    "werkfluss.engagement",
    "werkfluss.care",
    "werkfluss.flow",
    "werkfluss.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "werkfluss.config.static.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "werkfluss.web.preferences.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "werkfluss.web.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "django.templatetags.l10n"],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]


def _database() -> dict[str, Any]:
    owner = env.DATABASE_ROLE.text() == "owner"
    url = (env.DATABASE_OWNER_URL if owner else env.DATABASE_URL).text()
    if not url and owner and env.DATABASE_URL.text():
        raise ImproperlyConfigured(f"{env.DATABASE_OWNER_URL.name} is not set: migrations need the login of the owner")
    if not url:
        from werkfluss.config import embedded

        url = embedded.url(owner=owner)
    pool = env.DATABASE_POOL.number()
    # Each request of the asynchronous server runs in a thread of its own; a pool keeps its connections open. One
    # is looked at before it is used: after a restart of the database it would be dead.
    parsed: dict[str, Any] = {
        **dj_database_url.parse(url, conn_max_age=0 if pool else 60, conn_health_checks=True),
        "ATOMIC_REQUESTS": False,
    }
    if pool:
        options = parsed.get("OPTIONS", {})
        parsed["OPTIONS"] = {**options, "pool": {"min_size": 1, "max_size": pool, "timeout": 10}}
    return parsed


DATABASES = {"default": _database()}
# The login the web and the worker use; migrations grant it what it needs and nothing it could own.
APP_DATABASE_LOGIN = urlsplit(env.DATABASE_URL.text()).username or "werkfluss_app"

# Rate limits live here, so a restart does not forget them.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "org_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_ADAPTER = "werkfluss.web.accounts.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/h/key,20/h/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.PROXIES.number()
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Werkfluss"

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["werkfluss.web.formats"]

STATIC_URL = "static/"
STATIC_ROOT = PACKAGE / "web" / "collected"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024

# Heads of the chains of evidence, one file per firm: only what lies outside the database shows that a tail was cut.
ANCHOR_FOLDER = env.data_dir() / "anchors"

MAIL_FOLDER = "mail"
# Every mail, the log-in's too, is queued with the transaction that wants it; the worker hands it to the carrier.
EMAIL_BACKEND = "werkfluss.flow.outbox.QueueBackend"
if env.MAIL_URL.text():
    _mail = urlsplit(env.MAIL_URL.text())
    MAIL_CARRIER = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 25
    EMAIL_HOST_USER = _mail.username or ""
    EMAIL_HOST_PASSWORD = _mail.password or ""
    EMAIL_USE_TLS = _mail.scheme == "smtps"
else:
    MAIL_CARRIER = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(env.data_dir() / MAIL_FOLDER)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.MAIL_FROM.text()

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        # Source documents are shown beside their fields in a frame of our own; web.frames opens just those.
        "frame-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
if env.PROXIES.number():
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Law updates that came as signed files; compliance loads them when a process starts.
LAW_PACKS = env.LAW_PACKS.text().strip()
LAW_KEYS = env.LAW_KEYS.words()

# The language model of this installation, if it has one; agents.language_model makes it from this.
LANGUAGE_MODEL = {"url": env.MODEL_URL.text().strip()}
if LANGUAGE_MODEL["url"]:
    LANGUAGE_MODEL |= {
        "model": env.MODEL_NAME.text().strip(),
        "key": env.model_key(),
        "timeout_s": env.MODEL_TIMEOUT.text(),
        "max_tokens": env.MODEL_TOKENS.text(),
        "price_in": env.MODEL_PRICE_IN.text(),
        "price_out": env.MODEL_PRICE_OUT.text(),
        "most_cents_per_answer": env.MODEL_CENTS.text(),
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
