"""How long it will take, in words. static/js/live/words.js says the same while it goes on."""

from __future__ import annotations


def tell_remaining(seconds: int | None) -> str:
    """About how long it still takes; "" where nobody knows."""
    if seconds is None:
        return ""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 60:
        return f"about {5 * round(seconds / 5)} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} minute{'s' * (minutes > 1)} left"


def tell_ahead(number: int) -> str:
    """The place in the queue."""
    if not number:
        return ""
    return "One story is ahead of this one." if number == 1 else f"{number} stories are ahead of this one."
