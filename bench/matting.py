"""How well figures are cut out of their pictures, beside GrabCut alone and a flood fill alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.matting_set import Sample, make_samples
from imaging.cutting import cut_out
from imaging.lab import Floats

COUNT, SIZE = 240, 512
#: GrabCut takes seconds a picture: it is given every fifth, which are of all kinds too.
SLOW_EVERY = 5
#: How far a channel may be off for a flood fill from the corners.
FLOOD = 12


def measure() -> list[dict[str, Any]]:
    """Intersection over union (at half cover, and soft) over the same pictures by each way, and its time, on
    the clock and of the processors."""
    ways: dict[str, Callable[[Image.Image], Image.Image]] = {
        "ours": lambda picture: cut_out(picture).figure,
        "GrabCut alone": cut_by_grabcut,
        "flood fill alone": cut_by_flood,
    }
    scores: dict[str, list[tuple[float, ...]]] = {way: [] for way in ways}
    for number, sample in enumerate(make_samples(COUNT, size=SIZE)):
        for way, cut in ways.items():
            if way != "GrabCut alone" or number % SLOW_EVERY == 0:
                scores[way].append(score(cut, sample))
    return [summarise(way, np.array(rows)) for way, rows in scores.items()]


def score(cut: Callable[[Image.Image], Image.Image], sample: Sample) -> tuple[float, ...]:
    began, worked = time.perf_counter(), time.process_time()
    figure = cut(sample.picture)
    took, work = time.perf_counter() - began, time.process_time() - worked
    overlaps = measure_overlap(figure, sample.alpha), measure_soft_overlap(figure, sample.alpha)
    return *overlaps, took * 1000, work * 1000


def summarise(way: str, rows: NDArray[np.float64]) -> dict[str, Any]:
    overlap, soft, took, work = rows.T
    return {
        "what": f"{way}, {SIZE}x{SIZE}",
        "iou_mean": round(float(overlap.mean()), 4),
        "iou_p5": round(float(np.quantile(overlap, 0.05)), 4),
        "soft_iou_mean": round(float(soft.mean()), 4),
        "median_ms": round(float(np.median(took))),
        "p95_ms": round(float(np.quantile(took, 0.95))),
        "median_processor_ms": round(float(np.median(work))),
        "p95_processor_ms": round(float(np.quantile(work, 0.95))),
        "target": "0.975, p5 0.93, 300 ms" if way == "ours" else "beside",
        "pictures": len(rows),
    }


def measure_overlap(figure: Image.Image, true: Floats) -> float:
    """Intersection over union of what is covered by more than half."""
    got, wanted = np.asarray(figure)[..., 3] > 127, true > 0.5
    return float((got & wanted).sum() / max((got | wanted).sum(), 1))


def measure_soft_overlap(figure: Image.Image, true: Floats) -> float:
    """The same over the covers themselves: sum of the lesser over sum of the greater."""
    got = np.asarray(figure)[..., 3].astype(np.float32) / np.float32(255)
    return float(np.minimum(got, true).sum() / max(np.maximum(got, true).sum(), 1e-6))


def cut_by_grabcut(picture: Image.Image) -> Image.Image:
    """OpenCV's, from a frame of 4 %, in five rounds."""
    pixels = np.asarray(picture)
    height, width = pixels.shape[:2]
    mask, edge = np.zeros((height, width), dtype=np.uint8), round(width * 0.04)
    box = (edge, edge, width - 2 * edge, height - 2 * edge)
    cv2.grabCut(pixels, mask, box, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    return put_cover(picture, np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)))


def cut_by_flood(picture: Image.Image) -> Image.Image:
    """Everything that a flood from the four corners does not reach."""
    pixels = np.array(picture)
    height, width = pixels.shape[:2]
    mask = np.zeros((height + 2, width + 2), dtype=np.uint8)
    flags = 4 | (255 << 8) | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY
    for corner in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        cv2.floodFill(pixels, mask, corner, 0, (FLOOD,) * 3, (FLOOD,) * 3, flags)
    return put_cover(picture, mask[1:-1, 1:-1] == 0)


def put_cover(picture: Image.Image, cover: NDArray[np.bool_]) -> Image.Image:
    figure = picture.copy()
    figure.putalpha(Image.fromarray((cover * 255).astype(np.uint8)))
    return figure
