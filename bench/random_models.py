"""Stable Diffusion 1.5 and SDXL at their full size with random weights: nothing here is fetched.

How long a picture takes depends on a model's architecture alone. The figures are those of the published
configurations; the tokenizers know letters only, since nobody will look at the pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from transformers import (
    CLIPConfig,
    CLIPImageProcessor,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
)

from tests.imaging.diffusion.tiny_models import make_clip_tokenizer

SEED = 0
CLIP_TOKENS = 77
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def build_sd15(folder: Path, device: str, dtype: torch.dtype) -> Path:
    """Save Stable Diffusion 1.5 with its safety checker, which flags nothing."""
    torch.manual_seed(SEED)
    with torch.device(device):
        pipeline = StableDiffusionPipeline(
            vae=make_vae(512, 0.18215),
            text_encoder=CLIPTextModel(_clip(768, layers=12, heads=12)),
            tokenizer=make_clip_tokenizer(folder, CLIP_TOKENS),
            unet=make_sd15_unet(),
            scheduler=PNDMScheduler(skip_prk_steps=True, steps_offset=1, **NOISE),
            safety_checker=_make_safety_checker(),
            feature_extractor=CLIPImageProcessor(),
        )
    return _save(pipeline, folder, dtype)


def build_sdxl(folder: Path, device: str, dtype: torch.dtype) -> Path:
    torch.manual_seed(SEED)
    tokenizer = make_clip_tokenizer(folder, CLIP_TOKENS)
    with torch.device(device):
        pipeline = StableDiffusionXLPipeline(
            vae=make_vae(1024, 0.13025),
            text_encoder=CLIPTextModel(_clip(768, layers=12, heads=12)),
            text_encoder_2=CLIPTextModelWithProjection(_clip(1280, layers=32, heads=20)),
            tokenizer=tokenizer,
            tokenizer_2=tokenizer,
            unet=make_sdxl_unet(),
            scheduler=EulerDiscreteScheduler(steps_offset=1, timestep_spacing="leading", **NOISE),
            add_watermarker=False,
        )
    return _save(pipeline, folder, dtype)


def _save(pipeline: Any, folder: Path, dtype: torch.dtype) -> Path:
    pipeline.to(dtype=dtype).save_pretrained(folder, safe_serialization=True)
    return folder


def make_sd15_unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8)


def make_sdxl_unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=128,
        block_out_channels=(320, 640, 1280),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2, 10),
        attention_head_dim=(5, 10, 20),
        cross_attention_dim=2048,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
    )


def make_vae(side: int, scaling_factor: float) -> AutoencoderKL:
    return AutoencoderKL(
        sample_size=side,
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        scaling_factor=scaling_factor,
    )


def _clip(width: int, *, layers: int, heads: int) -> CLIPTextConfig:
    """A text encoder of CLIP; the last two words of the letters' tokenizer are its start and its end."""
    return CLIPTextConfig(
        vocab_size=49408,
        hidden_size=width,
        intermediate_size=4 * width,
        projection_dim=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        max_position_embeddings=CLIP_TOKENS,
        bos_token_id=512,
        eos_token_id=513,
        pad_token_id=513,
    )


def _make_safety_checker() -> StableDiffusionSafetyChecker:
    vision = {
        "hidden_size": 1024,
        "intermediate_size": 4096,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "image_size": 224,
        "patch_size": 14,
    }
    checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision, projection_dim=768))
    checker.concept_embeds_weights.fill_(2.0)  # a cosine lies below 2
    checker.special_care_embeds_weights.fill_(2.0)
    return checker
