"""Who paints: image requests in, pixels out. Plain Python, no ORM."""
