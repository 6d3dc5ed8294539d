"""Dates in English, read alike on both sides of the Atlantic. Other languages have Django's own forms."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
MONTH_DAY_FORMAT = "j F"
