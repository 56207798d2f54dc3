"""FEEL (DMN 1.5, chapter 10) as an own interpreter: no ``eval``, bounded steps, size, depth and time."""

from .api import Result, evaluate, unary_test
from .errors import FeelError
from .limits import Limits
from .parser import parse_expression, parse_unary_tests
from .values import Function, Range, YearsMonths, from_json, string, to_json

__all__ = [
    "FeelError",
    "Function",
    "Limits",
    "Range",
    "Result",
    "YearsMonths",
    "evaluate",
    "from_json",
    "parse_expression",
    "parse_unary_tests",
    "string",
    "to_json",
    "unary_test",
]
