"""Who writes: text in, typed results out, through a language model. Plain Python, no ORM, no Django."""
