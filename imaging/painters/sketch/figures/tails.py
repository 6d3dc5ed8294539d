"""Tails, and the turtle's shell: all that hangs behind a body. They come out to the right."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import darker, lighter, mix
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import ellipse, polygon, smooth, soften, stroke
from imaging.painters.sketch.sheet import Sheet


def none(s: Sheet, hero: Hero) -> None:
    """No tail to be seen."""


def bushy(s: Sheet, hero: Hero) -> None:
    outline = smooth([(57, 84), (66, 88), (76, 84), (83, 74), (84, 62), (80, 53), (77, 49.5), (76.5, 57),
        (72, 63),
                      (67, 70), (60, 76)])
    tail = s.add(outline, hero.body)
    tip = smooth([(86, 66), (80, 63.5), (77, 65), (73, 60.5), (70, 62), (74, 46), (88, 48)])
    s.flat(tip, hero.second, inside=tail, shade=0.4)


def squirrel(s: Sheet, hero: Hero) -> None:
    outline = smooth([(56, 88), (70, 90), (80, 80), (80, 66), (77, 54), (84, 44), (83, 34), (75, 30),
        (68, 36), (64, 50),
                      (63, 66), (58, 76)])
    tail = s.add(outline, hero.body)
    s.flat(stroke([(66, 84), (72, 70), (71, 54), (75, 40)], [3, 6, 6, 2]), lighter(hero.body, 0.4),
        inside=tail, soft=0.8)


def ringed(s: Sheet, hero: Hero) -> None:
    tail = s.add(smooth([(57, 82), (66, 88), (77, 84), (84, 72), (83, 60), (77, 56), (73, 64), (68, 73),
        (60, 76)]),
                 hero.body)
    for a, b in (((82, 55), (72, 64)), ((88, 70), (72, 68)), ((82, 84), (67, 73)), ((70, 92), (62, 76))):
        s.flat(stroke([a, b], [4.2, 4.2]), darker(hero.body, 0.6), inside=tail, shade=0.4)


def long(s: Sheet, hero: Hero) -> None:
    s.add(stroke([(58, 84), (70, 88), (78, 80), (74, 68), (79, 58), (84, 57)], [6, 6, 6, 5.6, 5, 4]),
        hero.body)


def striped(s: Sheet, hero: Hero) -> None:
    path = [(58, 84), (70, 88), (78, 80), (74, 68), (79, 58), (84, 57)]
    tail = s.add(stroke(path, [6, 6, 6, 5.6, 5, 4]), hero.body)
    for a, b in (((66, 82), (65, 92)), ((72, 83), (78, 90)), ((72, 76), (82, 75)), ((70, 69), (80, 66)),
        ((76, 58), (83, 62))):
        s.flat(stroke([a, b], [1.6, 2.4, 1.4]), (70, 48, 46), inside=tail)


def thin(s: Sheet, hero: Hero) -> None:
    s.add(stroke([(58, 86), (70, 90), (79, 84), (77, 75), (83, 69), (88, 72)], [3.4, 3, 2.6, 2.2, 1.8, 1.2]),
          mix(hero.body, (232, 150, 146), 0.65), line=0.45)


def curl(s: Sheet, hero: Hero) -> None:
    s.add(stroke([(62, 80), (68, 80), (71, 76), (68, 73.5), (66, 76.5), (70, 79), (74, 77)],
        [2.6, 2.4, 2.2, 2, 1.6]),
          hero.body, line=0.45)


def curled(s: Sheet, hero: Hero) -> None:
    path = [(60, 84), (72, 86), (80, 77), (80, 66), (85, 60), (90, 64), (86.5, 68)]
    s.add(stroke(path, [4.4, 4.2, 4, 4, 3.6, 3.2, 2.6]), hero.body)


def short_up(s: Sheet, hero: Hero) -> None:
    tail = s.add(stroke([(61, 82), (70, 78), (75, 69)], [7, 6, 3.6]), hero.body)
    s.flat(ellipse(75, 68, 4, 5), hero.second, inside=tail)


def stub(s: Sheet, hero: Hero) -> None:
    s.add(ellipse(64.5, 82, 4.6, 4.2), hero.second if hero.kind == "panda" else hero.body)


def puff(s: Sheet, hero: Hero) -> None:
    cloud = smooth([(62, 78), (66, 74.5), (71, 76), (73, 80.5), (70.5, 85), (65.5, 86), (61.5, 83)])
    s.add(cloud, lighter(hero.body, 0.5))


def tufted(s: Sheet, hero: Hero) -> None:
    s.add(stroke([(58, 84), (71, 87), (78, 79), (78, 70)], [4, 3.6, 3.2, 2.8]), hero.body)
    dark = darker(mix(hero.body, (150, 84, 50), 0.5), 0.3)
    s.add(smooth([(78, 73), (82.5, 69), (81, 62), (78, 57.5), (75, 63), (74.5, 69)]), dark)


def thick(s: Sheet, hero: Hero) -> None:
    s.add(smooth([(54, 90), (68, 92.5), (82, 88), (92, 79), (86, 80), (76, 80), (66, 74), (58, 70)]),
        hero.body)


def dragon(s: Sheet, hero: Hero) -> None:
    spade = soften(polygon((88, 66), (95.5, 58), (94.5, 50.5), (88, 53.5), (81.5, 51.5), (83, 59.5)), 0.2, 2)
    path = [(56, 86), (70, 90), (83, 85), (89, 75), (88, 62)]
    s.add(spade, darker(hero.second, 0.1))
    s.add(stroke(path, [15, 11, 8, 5.6, 3.4]), hero.body)
    for x, y in ((66, 84.3), (73, 84), (79, 81), (83, 75.5)):
        s.add(soften(polygon((x - 2.6, y + 1), (x + 0.4, y - 4.4), (x + 3.4, y + 0.8)), 0.15, 1), hero.second,
            line=0.4,
              cast=0.0)


def shell(s: Sheet, hero: Hero) -> None:
    """The turtle's house, which frames its body."""
    colour = mix(darker(hero.body, 0.3), (150, 106, 64), 0.55)
    back = s.add(ellipse(50, 70, 25, 22.5), colour)
    s.flat(ellipse(50, 70, 25, 22.5), lighter(colour, 0.3), inside=back, alpha=0.0)
    for x, y, r in ((29, 63, 6), (71, 63, 6), (27.5, 77, 6), (72.5, 77, 6)):
        s.flat(soften(ellipse(x, y, r, r, count=6), 0.2, 1), lighter(colour, 0.24), inside=back, shade=0.6,
            line=0.4)
    s.flat(stroke([(62, 90), (72, 93), (78, 91)], [5, 4, 1.5]), hero.body, line=0.5, shade=0.6)
