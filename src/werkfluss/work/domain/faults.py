"""Whose fault it is when something breaks down: that of a program, or that of the database under it.

A program that breaks down is called again later, and then a person is asked. A database that has gone away, or has
broken off the transaction (a deadlock, a serialization failure, a time-out), says nothing about the program: the whole
event begins again, and nothing of it may be kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import InterfaceError, OperationalError, connection

OF_DATABASE = (OperationalError, InterfaceError)


def of_database(error: BaseException) -> bool:
    """Whether the database broke off, also if somebody has put another error in its place."""
    return any(isinstance(one, OF_DATABASE) for one in _chain(error))


def pass_on(error: BaseException) -> None:
    """Call it outside the savepoint in which ``error`` was raised, before anything is made of it.

    Raises:
        OperationalError, InterfaceError: the database broke off, or the savepoint could not be taken back.
    """
    if isinstance(error, OF_DATABASE):
        raise error
    if of_database(error) or connection.needs_rollback:
        raise OperationalError("the database broke off while a program was at work") from error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
