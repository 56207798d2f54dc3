"""How a built-in function of FEEL is declared, and how its arguments are checked (DMN 1.5, 10.3.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any, TypeVar

from .arithmetic import NotDefined
from .values import Function, Range, YearsMonths, kind

_Function = TypeVar("_Function", bound=Callable[..., Any])
Charge = Callable[[int], None]

_TYPES: dict[str, tuple[type, ...]] = {
    "n": (Decimal,),
    "s": (str,),
    "b": (bool,),
    "d": (date,),  # a date and time is a date too
    "t": (time, datetime),
    "D": (timedelta, YearsMonths),
    "c": (dict,),
    "r": (Range,),
    "f": (Function,),
    "l": (list,),
}


@dataclass(frozen=True, slots=True)
class Builtin:
    """``kinds`` has one letter per parameter (see ``_TYPES``; ``a`` any); the last ``required`` and up may be left out.

    ``spellings`` are the names that a call may use for each parameter: functions with several signatures have several.
    With ``repeats`` the arguments are the items of a list, or one list; with ``rest`` the last parameter takes all
    arguments from there on.
    """

    name: str
    parameters: tuple[str, ...]
    spellings: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    required: int
    repeats: bool
    rest: bool
    function: Callable[..., Any]

    def run(self, arguments: list[Any], charge: Charge) -> Any:
        """Raises NotDefined if number or types of the arguments do not fit, or the function has no value for them."""
        try:
            return self.function(*self.prepared(arguments, charge))
        except (ValueError, OverflowError, ArithmeticError, RecursionError) as error:
            raise NotDefined(type(error).__name__ if isinstance(error, DecimalException) else str(error)) from None

    def positions(self, given: list[str]) -> list[int] | None:
        """For every name of a call the parameter it means; ``None`` if one means none, or two mean the same."""
        found: list[int] = []
        for name in given:
            options = (i for i, names in enumerate(self.spellings) if name in names and i not in found)
            position = next(options, None)
            if position is None:
                return None
            found.append(position)
        return found

    def prepared(self, arguments: list[Any], charge: Charge) -> list[Any]:
        if self.repeats:
            return [self.gathered(arguments, charge)]
        last = len(self.parameters) - 1
        if self.rest and len(arguments) > last:
            arguments = [*arguments[:last], arguments[last:]]
        if not self.required <= len(arguments) <= len(self.parameters):
            raise NotDefined(f"({', '.join(self.parameters)})")
        checked = [self.checked(index, argument) for index, argument in enumerate(arguments)]
        charge(sum(len(argument) for argument in checked if isinstance(argument, str | list)))
        return checked

    def gathered(self, arguments: list[Any], charge: Charge) -> list[Any]:
        items = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], list) else arguments
        charge(len(items))
        code = self.kinds[0]
        if code != "a":
            for item in items:
                if not isinstance(item, _TYPES[code]):
                    raise NotDefined(kind(item))
        return items

    def checked(self, index: int, argument: Any) -> Any:
        code = self.kinds[index]
        if argument is None and index >= self.required:
            return None
        if code == "l" and not isinstance(argument, list):
            # A single value stands for the list of it; null does not.
            if argument is None:
                raise NotDefined("Null")
            return [argument]
        if isinstance(argument, list) and code not in ("l", "a") and len(argument) == 1:
            argument = argument[0]
        if code != "a" and not isinstance(argument, _TYPES[code]):
            raise NotDefined(f"{self.parameters[index]}: {kind(argument)}")
        return argument


class Table(dict[str, Builtin]):
    """Functions by name."""

    def builtin(self, name: str, *parameters: str, repeats: bool = False) -> Callable[[_Function], _Function]:
        """Declare a function: ``@builtin("date", "from/year:a", "month:n?", "day:n?")``."""
        spellings = tuple(tuple(parameter.partition(":")[0].split("/")) for parameter in parameters)
        names = tuple(options[0] for options in spellings)
        codes = tuple(parameter.partition(":")[2] for parameter in parameters)
        required = sum(1 for code in codes if not code.endswith("?"))

        def register(function: _Function) -> _Function:
            kinds = tuple(code.rstrip("?*") for code in codes)
            rest = bool(codes) and codes[-1].endswith("*")
            self[name] = Builtin(name, names, spellings, kinds, required, repeats, rest, function)
            return function

        return register
