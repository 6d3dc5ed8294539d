"""Puts the bench's stand-ins in place, in processes that are started with its variables."""

from __future__ import annotations

import dataclasses
import os

from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "bench"

    def ready(self) -> None:
        from stories import pipeline

        if os.environ.get("BENCH_WORK") == "instant":
            for name, kind in pipeline.KINDS.items():
                pipeline.KINDS[name] = dataclasses.replace(kind, work="bench.work.do_nothing")
        if seconds := float(os.environ.get("BENCH_PAINTER_SECONDS", "0")):
            from bench.painters import slow_the_painter

            slow_the_painter(seconds)
