"""Hindi: 31 दिसंबर 2026, 14:05. Twelve hours without saying which half of the day would mislead by half a day."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j F Y, H:i"
