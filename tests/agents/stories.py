"""What the scripted models of these tests say."""

SENTENCE = "A shy dragon who paints the night sky"
PARAGRAPH = (
    "Every evening Ember climbed the cold mountain with a brush of pine needles and a bucket of moonlight, "
    "and painted one new star above the sleeping village, so small that nobody but the owls had noticed it. "
)
TEXT = "\n\n".join(
    [PARAGRAPH.strip(), "One night the bucket was empty.", PARAGRAPH.strip(), "It was enough."]
)
TITLE = "The Lantern Over the Hill"
STORY = f"# {TITLE}\n\n{TEXT}"

CHARACTER = {
    "name": "Ember",
    "kind": "a small young dragon",
    "appearance": "midnight-blue scales, copper belly, paint on the claws",
    "clothing": "a red scarf",
    "pose": "shy smile, brush held high",
}
BACKGROUND = {
    "place": "a bare mountain top above a village",
    "time_of_day": "midnight",
    "light": "cold moonlight, deep blue sky",
    "details": "black pines near, lit windows far below",
    "mood": "quiet wonder",
    "genre": "fairy-tale",
}
