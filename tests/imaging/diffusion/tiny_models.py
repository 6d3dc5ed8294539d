"""Real diffusion pipelines of a few thousand weights each, seeded, saved as folders of safetensors.

They paint coloured noise, but through every line of code that the large ones run through.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    PNDMScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    CLIPConfig,
    CLIPImageProcessor,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

#: What the tiny text encoders read at once, in tokens. A token is one character here, so this stands for the
#: 77 tokens of the real ones.
CLIP_TOKENS = 300
T5_TOKENS = 2000

_WIDTH = 32

torch.set_num_threads(1)  # more threads only wait for each other over so little


def build_stable_diffusion(folder: Path, *, seed: int = 0, flags_every_picture: bool | None = None) -> Path:
    """Save a tiny Stable Diffusion 1 pipeline, with a safety checker where it is told what to flag."""
    torch.manual_seed(seed)
    checker = None if flags_every_picture is None else _safety_checker(flags_every_picture)
    pipeline = StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_clip_text_config()),
        tokenizer=make_clip_tokenizer(folder),
        unet=_unet(cross_attention_dim=_WIDTH),
        scheduler=PNDMScheduler(skip_prk_steps=True, steps_offset=1, beta_schedule="scaled_linear"),
        safety_checker=checker,
        feature_extractor=CLIPImageProcessor(
            size={"shortest_edge": 30}, crop_size={"height": 30, "width": 30}
        ),
        requires_safety_checker=checker is not None,
    )
    return _save(pipeline, folder)


def build_lcm(folder: Path, *, seed: int = 0) -> Path:
    """Save a tiny latent consistency model, whose denoiser takes the guidance as one more condition."""
    torch.manual_seed(seed)
    pipeline = LatentConsistencyModelPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_clip_text_config()),
        tokenizer=make_clip_tokenizer(folder),
        unet=_unet(cross_attention_dim=_WIDTH, time_cond_proj_dim=32),
        scheduler=LCMScheduler(beta_schedule="scaled_linear"),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return _save(pipeline, folder)


def build_sdxl(folder: Path, *, seed: int = 0) -> Path:
    """Save a tiny SDXL pipeline: two text encoders and the size among the conditions."""
    torch.manual_seed(seed)
    tokenizer = make_clip_tokenizer(folder)
    pipeline = StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_clip_text_config()),
        text_encoder_2=CLIPTextModelWithProjection(_clip_text_config()),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=_unet(
            cross_attention_dim=2 * _WIDTH,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=6 * 8 + _WIDTH,
        ),
        scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", timestep_spacing="leading"),
        add_watermarker=False,
    )
    return _save(pipeline, folder)


def build_sd3(folder: Path, *, seed: int = 0) -> Path:
    """Save a tiny Stable Diffusion 3.5 pipeline: a transformer with two CLIP encoders and a T5."""
    torch.manual_seed(seed)
    tokenizer = make_clip_tokenizer(folder)
    transformer = SD3Transformer2DModel(
        sample_size=8,
        patch_size=2,
        in_channels=16,
        out_channels=16,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        caption_projection_dim=_WIDTH,
        joint_attention_dim=2 * _WIDTH,
        pooled_projection_dim=2 * _WIDTH,
        pos_embed_max_size=16,
        dual_attention_layers=(0,),
        qk_norm="rms_norm",
    )
    pipeline = StableDiffusion3Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae(
            latent_channels=16,
            shift_factor=0.0609,
            scaling_factor=1.5305,
            use_quant_conv=False,
            use_post_quant_conv=False,
        ),
        text_encoder=CLIPTextModelWithProjection(_clip_text_config()),
        tokenizer=tokenizer,
        text_encoder_2=CLIPTextModelWithProjection(_clip_text_config()),
        tokenizer_2=tokenizer,
        text_encoder_3=_t5(2 * _WIDTH),
        tokenizer_3=_t5_tokenizer(),
        transformer=transformer,
    )
    return _save(pipeline, folder)


def build_schnell(folder: Path) -> Path:
    """Save a tiny FLUX pipeline that was distilled to do without guidance."""
    return build_flux(folder, guided=False)


def build_flux(folder: Path, *, seed: int = 0, guided: bool = True) -> Path:
    """Save a tiny FLUX pipeline: a transformer on 2 x 2 patches, with a CLIP and a T5 encoder."""
    torch.manual_seed(seed)
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=64,  # 16 channels in patches of 2 x 2
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=_WIDTH,
        pooled_projection_dim=_WIDTH,
        axes_dims_rope=(4, 4, 8),
        guidance_embeds=guided,
    )
    pipeline = FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_vae(
            latent_channels=16,
            shift_factor=0.1159,
            scaling_factor=0.3611,
            use_quant_conv=False,
            use_post_quant_conv=False,
        ),
        text_encoder=CLIPTextModel(_clip_text_config()),
        tokenizer=make_clip_tokenizer(folder),
        text_encoder_2=_t5(_WIDTH),
        tokenizer_2=_t5_tokenizer(),
        transformer=transformer,
    )
    return _save(pipeline, folder)


def _save(pipeline: Any, folder: Path) -> Path:
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def _t5(width: int) -> T5EncoderModel:
    return T5EncoderModel(T5Config(vocab_size=200, d_model=width, d_ff=37, d_kv=8, num_heads=4, num_layers=2))


def _vae(*, latent_channels: int = 4, **extra: Any) -> AutoencoderKL:
    """Like the real ones it halves each side three times: 8 pixels to a latent."""
    return AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=latent_channels,
        norm_num_groups=4,
        layers_per_block=1,
        sample_size=64,
        **extra,
    )


def _unet(**extra: Any) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        block_out_channels=(8, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        sample_size=8,
        norm_num_groups=4,
        attention_head_dim=4,
        **extra,
    )


def _clip_text_config() -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(_characters()) + 2,
        hidden_size=_WIDTH,
        projection_dim=_WIDTH,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=CLIP_TOKENS,
        bos_token_id=len(_characters()),
        eos_token_id=len(_characters()) + 1,
        pad_token_id=len(_characters()) + 1,
    )


def _safety_checker(flags_every_picture: bool) -> StableDiffusionSafetyChecker:
    sides = {"hidden_size": _WIDTH, "intermediate_size": 37, "num_hidden_layers": 1, "num_attention_heads": 4}
    vision = {**sides, "image_size": 30, "patch_size": 10}
    checker = StableDiffusionSafetyChecker(
        CLIPConfig(text_config=sides, vision_config=vision, projection_dim=_WIDTH)
    )
    # A cosine always lies above -2 and below 2.
    checker.concept_embeds_weights.fill_(-2.0 if flags_every_picture else 2.0)
    checker.special_care_embeds_weights.fill_(2.0)
    return checker


def _characters() -> list[str]:
    """Every byte as CLIP's tokenizer writes it, inside a word and at a word's end."""
    alphabet = sorted(ByteLevel.alphabet())
    return alphabet + [f"{character}</w>" for character in alphabet]


def make_clip_tokenizer(folder: Path, tokens: int = CLIP_TOKENS) -> CLIPTokenizer:
    """Make a CLIP tokenizer that knows no word, from vocabulary and merges files of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [*_characters(), "<|startoftext|>", "<|endoftext|>"]
    vocabulary, merges = folder / "vocab.json", folder / "merges.txt"
    vocabulary.write_text(json.dumps({word: number for number, word in enumerate(words)}))
    merges.write_text("#version: 0.2\n")
    return CLIPTokenizer(vocab=str(vocabulary), merges=str(merges), model_max_length=tokens)


def _t5_tokenizer() -> T5Tokenizer:
    letters = [(character, -3.0) for character in map(chr, range(33, 127))]
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    return T5Tokenizer(vocab=special + letters, extra_ids=0, model_max_length=T5_TOKENS)
