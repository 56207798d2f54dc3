"""Arabic: 31 ديسمبر 2026، 14:05, with the digits that stand on the papers of German authorities."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j F Y، H:i"
