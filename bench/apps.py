"""Puts the bench's stand-ins in place, in processes that are started with its variables."""

from __future__ import annotations

import dataclasses
import os

from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "bench"

    def ready(self) -> None:
        from bench.painters import InstantPainter, SlowPainter, put_in_place
        from stories import pipeline

        if os.environ.get("BENCH_WORK") == "instant":
            for name, kind in pipeline.KINDS.items():
                pipeline.KINDS[name] = dataclasses.replace(kind, work="bench.work.do_nothing")
            put_in_place(InstantPainter())
        if os.environ.get("BENCH_PAINTER") == "instant":
            put_in_place(InstantPainter())
        if seconds := float(os.environ.get("BENCH_PAINTER_SECONDS", "0")):
            put_in_place(SlowPainter(seconds))
