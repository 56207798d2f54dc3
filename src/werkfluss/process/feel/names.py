"""The names that FEEL itself brings; those of several words must be known before an expression can be read."""

from __future__ import annotations

TYPE_NAMES = frozenset(
    {
        "Any",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
        "list",
        "context",
        "range",
        "function",
        "Null",
    }
)

BUILTIN_NAMES = frozenset(
    {
        "date and time",
        "years and months duration",
        "string length",
        "upper case",
        "lower case",
        "substring before",
        "substring after",
        "starts with",
        "ends with",
        "string join",
        "list contains",
        "insert before",
        "index of",
        "distinct values",
        "list replace",
        "get value",
        "get entries",
        "context put",
        "context merge",
        "day of year",
        "day of week",
        "month of year",
        "week of year",
        "round up",
        "round down",
        "round half up",
        "round half down",
        "is defined",
        "met by",
        "overlaps before",
        "overlaps after",
        "finished by",
        "started by",
        "time offset",
        "start included",
        "end included",
    }
)
