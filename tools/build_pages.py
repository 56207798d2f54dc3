"""Compile translations and collect static files, at set-up; starts nothing and asks no database."""

from __future__ import annotations

import os
import sys
import tempfile


def main() -> int:
    from werkfluss.cli import startup

    with tempfile.TemporaryDirectory() as folder:
        # The settings ask for an address, a key and a folder; none of them is used here.
        os.environ["DATABASE_URL"] = "postgresql://nobody@localhost/none"
        os.environ["WERKFLUSS_SECRET_KEY"] = "only to collect files"
        os.environ["WERKFLUSS_DATA"] = folder
        startup.set_up_django()
        startup.compile_translations()
        startup.collect_static_files()
    return 0


if __name__ == "__main__":
    sys.exit(main())
