"""Sentences to begin with, one click away."""

EXAMPLES = (
    "A shy dragon who paints the night sky",
    "A lighthouse keeper who collects lost messages from the sea",
    "A clockwork fox looking for spring in a city of snow",
    "A librarian whose books whisper at midnight",
    "A young astronaut who plants a garden on the moon",
)
