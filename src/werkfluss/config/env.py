"""Every option of an installation: its default, its environment name, what it is for. The admin guide lists them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Option:
    """One option. ``default`` is text, as the environment gives it."""

    name: str
    default: str
    purpose: str

    def text(self) -> str:
        return os.environ.get(self.name, self.default)

    def flag(self) -> bool:
        return self.text().strip().lower() in {"1", "true", "yes", "on"}

    def number(self) -> int:
        return int(self.text())

    def words(self) -> list[str]:
        return [word.strip() for word in self.text().split(",") if word.strip()]


def _data_default() -> str:
    # As root the embedded database opens every parent folder of its data: a folder of its own, then.
    return "/var/lib/werkfluss" if os.geteuid() == 0 else str(Path.home() / ".local" / "share" / "werkfluss")


DATA_DIR = Option("WERKFLUSS_DATA", _data_default(), "Folder of the embedded database, the key and the logs.")
DATABASE_URL = Option("DATABASE_URL", "", "PostgreSQL server, login of the application. Empty: embedded database.")
DATABASE_OWNER_URL = Option("DATABASE_OWNER_URL", "", "The same server, login that owns the tables (migrations only).")
DATABASE_ROLE = Option("WERKFLUSS_DATABASE_ROLE", "app", "`app` or `owner`: with which login this process connects.")
SECRET_KEY = Option("WERKFLUSS_SECRET_KEY", "", "Signs sessions and links. Empty: made once, kept in the data folder.")
SECRET_KEY_FALLBACKS = Option("WERKFLUSS_SECRET_KEY_FALLBACKS", "", "Older keys, comma-separated, still accepted.")
SITE_URL = Option("WERKFLUSS_SITE_URL", "", "Address people use; https switches production on. Empty: localhost.")
PORT = Option("WERKFLUSS_PORT", "8000", "Port of the web server on this machine.")
WEB_PROCESSES = Option(
    "WERKFLUSS_WEB_PROCESSES",
    str(min(os.cpu_count() or 1, 4)),
    "Web processes of `serve`; default: one per core, up to 4.",
)
DATABASE_POOL = Option("WERKFLUSS_DATABASE_POOL", "0", "Connections the web server keeps open. 0: one per thread.")
MAIL_URL = Option("WERKFLUSS_MAIL_URL", "", "smtp://user:password@host:port. Empty: mail is kept as files.")
MAIL_FROM = Option("WERKFLUSS_MAIL_FROM", "werkfluss@localhost", "Sender of all mail.")
PROXIES = Option("WERKFLUSS_TRUSTED_PROXIES", "0", "Number of reverse proxies before the web server.")
WORKER_JOBS = Option("WERKFLUSS_WORKER_JOBS", "2", "Jobs one worker runs at the same time.")
LAW_PACKS = Option("WERKFLUSS_LAW_PACKS", "", "Folder of installed signed law packs. Empty: those of the program.")
LAW_KEYS = Option("WERKFLUSS_LAW_KEYS", "", "Public keys (64 hex digits), comma-separated, whose law packs are used.")
MODEL_URL = Option(
    "WERKFLUSS_MODEL_URL", "", "Address before /chat/completions, https or on this machine. Empty: no language model."
)
MODEL_NAME = Option("WERKFLUSS_MODEL_NAME", "", "Which model is asked there.")
MODEL_KEY = Option("WERKFLUSS_MODEL_KEY", "", "Key for it; better in a file.")
MODEL_KEY_FILE = Option("WERKFLUSS_MODEL_KEY_FILE", "", "File that holds the key and nothing else.")
MODEL_TIMEOUT = Option("WERKFLUSS_MODEL_TIMEOUT", "60", "Seconds until an answer must be there.")
MODEL_TOKENS = Option("WERKFLUSS_MODEL_MAX_TOKENS", "4000", "Tokens an answer may have.")
MODEL_PRICE_IN = Option("WERKFLUSS_MODEL_PRICE_IN", "0", "Cents per million tokens of a question.")
MODEL_PRICE_OUT = Option("WERKFLUSS_MODEL_PRICE_OUT", "0", "Cents per million tokens of an answer.")
MODEL_CENTS = Option("WERKFLUSS_MODEL_MAX_CENTS", "0", "Most cents one answer may cost. 0: what the AI file allows.")

OPTIONS = (
    DATA_DIR,
    DATABASE_URL,
    DATABASE_OWNER_URL,
    DATABASE_ROLE,
    SECRET_KEY,
    SECRET_KEY_FALLBACKS,
    SITE_URL,
    PORT,
    WEB_PROCESSES,
    DATABASE_POOL,
    MAIL_URL,
    MAIL_FROM,
    PROXIES,
    WORKER_JOBS,
    LAW_PACKS,
    LAW_KEYS,
    MODEL_URL,
    MODEL_NAME,
    MODEL_KEY,
    MODEL_KEY_FILE,
    MODEL_TIMEOUT,
    MODEL_TOKENS,
    MODEL_PRICE_IN,
    MODEL_PRICE_OUT,
    MODEL_CENTS,
)


def model_key() -> str:
    """The key of the language model, from its file if there is one."""
    file = MODEL_KEY_FILE.text().strip()
    return Path(file).read_text(encoding="utf-8").strip() if file else MODEL_KEY.text().strip()


def site_url() -> str:
    """Address people use, without a slash at the end."""
    return SITE_URL.text().rstrip("/") or f"http://localhost:{PORT.number()}"


def data_dir() -> Path:
    """The data folder, made if it is not there.

    Closed to everybody else; as root it can be passed through, because the embedded database then runs as a user of
    its own. What lies in it (database, key, mail) is closed in both cases.
    """
    folder = Path(DATA_DIR.text())
    folder.mkdir(parents=True, exist_ok=True, mode=0o755 if os.geteuid() == 0 else 0o700)
    return folder
