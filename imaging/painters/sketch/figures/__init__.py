"""The figures: each module builds one family of heroes on a sheet, about 90 units tall, feet at y = 94."""
