"""Several processes as one: they start together, and when one ends, all end.

The children stay in the process group of the terminal. Each holds the end of a pipe whose other end is here: when this
process is killed outright, the pipe closes and the children stop by themselves.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

PIPE = "WERKFLUSS_SUPERVISOR_PIPE"
# Web server and worker end requests and jobs in hand for up to two seconds.
_GRACE_S = 4.0
_POLL_S = 0.1


@dataclass
class Supervisor:
    """Runs commands of ours side by side; ``alive`` is asked for what else must be running (the database).

    ``pass_fds``: descriptors that the children inherit.
    """

    alive: Callable[[], str] = lambda: ""
    pass_fds: tuple[int, ...] = ()
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _signal: int = 0

    def run(self, commands: Mapping[str, Sequence[str]], started: Callable[[], None]) -> str:
        """Start all, wait for the first end or a signal, stop the rest.

        Returns the reason as a sentence, empty when told to stop (SIGINT, SIGTERM).
        """
        reader, writer = os.pipe()
        # A second Ctrl-C while stopping ends at once; see ``_stop``.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            for name, arguments in commands.items():
                self._children[name] = subprocess.Popen(
                    [sys.executable, "-m", "werkfluss.cli", *arguments],
                    env=os.environ | {PIPE: str(reader)},
                    pass_fds=[reader, *self.pass_fds],
                )
            started()
            return self._watch()
        finally:
            self._stop()
            os.close(reader)
            os.close(writer)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signal = number

    def _watch(self) -> str:
        while not self._signal:
            for name, child in self._children.items():
                code = child.poll()
                if code is not None and not self._signal:
                    return f"{name} ended: {_explained(code)}"
            reason = self.alive()
            if reason:
                return reason
            time.sleep(_POLL_S)
        return ""

    def _stop(self) -> None:
        # Ctrl-C has reached the children through the terminal too; being told twice cuts nothing short.
        self._tell_all(signal.SIGTERM)
        self._signal = 0
        begin = time.monotonic()
        while any(child.poll() is None for child in self._children.values()):
            if self._signal or time.monotonic() - begin > _GRACE_S:
                self._tell_all(signal.SIGKILL)
            time.sleep(_POLL_S)

    def _tell_all(self, number: int) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.send_signal(number)


def _explained(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def stop_with_supervisor() -> None:
    """In a child: end when the supervisor is gone. Does nothing when started without one."""
    reader = os.environ.pop(PIPE, "")
    if not reader:
        return

    def wait() -> None:
        os.read(int(reader), 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="supervisor", daemon=True).start()
