#!/usr/bin/env python3
"""Makes wav2vec 2.0 models with random weights, and what the reference implementation computes with them.

The reference is `Wav2Vec2Model` of Hugging Face's transformers, in evaluation mode, in 32-bit floats on the CPU.

    python -m venv venv && venv/bin/pip install torch==2.11.0 transformers==5.23.0 safetensors==0.8.0 numpy
    venv/bin/python Training/tests/oracle/wav2vec2.py Training/tests/fixtures/wav2vec2   # the three small fixtures
    venv/bin/python Training/tests/oracle/wav2vec2.py --base target/wav2vec2-base        # one of full size, 378 MB
    CSTALK_WAV2VEC2=target/wav2vec2-base cargo test --release -p cstalk-training wav2vec2 -- --nocapture

Each model's folder has `config.json` and `model.safetensors` as a user would have them, `preprocessor_config.json`,
and `oracle.safetensors`: `samples` `[1, sample]` as they are before standardisation, and each hidden state the
reference returns for them, `hidden.0` to `hidden.N` `[1, time, channel]`, the last of which is `last_hidden_state`.
"""

import argparse
import json
import pathlib

import numpy
import torch
from safetensors.torch import load_file, save_file
from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2Model

SMALL = dict(
    hidden_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=40,
    conv_dim=(8,) * 7,
    num_conv_pos_embeddings=16,
    num_conv_pos_embedding_groups=4,
)

# Name of the folder: configuration, whether tensors are named as in published pre-training checkpoints
# (`wav2vec2.` in front, `weight_g` and `weight_v`), and whether samples are standardised.
SMALL_MODELS = {
    # As `wav2vec2-base`: group norm, norms after the blocks.
    "group-post": (SMALL, True, True),
    # As `wav2vec2-large-960h-lv60` and `wav2vec2-large-xlsr-53`: layer norm, norms before the blocks, biases.
    "layer-pre": (dict(SMALL, feat_extract_norm="layer", do_stable_layer_norm=True, conv_bias=True), False, True),
    # The remaining branches: an odd positional kernel, group norm with biases, samples as they are.
    "odd-plain": (dict(SMALL, conv_bias=True, num_conv_pos_embeddings=15, num_attention_heads=3), False, False),
}


def make(folder: pathlib.Path, settings: dict, published: bool, standardised: bool, seconds: float) -> None:
    torch.manual_seed(0)
    config = Wav2Vec2Config(**settings)
    model = Wav2Vec2Model(config).eval()
    with torch.no_grad():
        # Fresh biases are 0 and fresh gains 1: moved, so that each of them matters.
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.add_(0.05 * torch.randn_like(parameter))
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    if published:
        rename_as_published(folder / "model.safetensors")
    extractor = Wav2Vec2FeatureExtractor(do_normalize=standardised)
    (folder / "preprocessor_config.json").write_text(json.dumps({"do_normalize": standardised}) + "\n")

    time_s = numpy.arange(int(16000 * seconds)) / 16000
    rng = numpy.random.default_rng(0)
    buzz = numpy.sin(2 * numpy.pi * 140 * time_s * (1 + 0.1 * numpy.sin(3 * time_s))) ** 3
    samples = 0.2 * buzz * (0.6 + 0.4 * numpy.sin(25 * time_s)) + 0.01 * rng.standard_normal(time_s.size) + 0.02
    samples = samples.astype(numpy.float32)
    heard = extractor(samples, sampling_rate=16000, return_tensors="pt").input_values
    with torch.no_grad():
        states = model(heard, output_hidden_states=True)
    tensors = {f"hidden.{index}": state.contiguous() for index, state in enumerate(states.hidden_states)}
    tensors[f"hidden.{config.num_hidden_layers}"] = states.last_hidden_state.contiguous()
    save_file({"samples": torch.from_numpy(samples)[None], **tensors}, folder / "oracle.safetensors")
    count = sum(parameter.numel() for parameter in model.parameters())
    print(f"{folder}: {count} weights, last hidden state {tuple(states.last_hidden_state.shape)}")


def rename_as_published(path: pathlib.Path) -> None:
    names = {".parametrizations.weight.original0": ".weight_g", ".parametrizations.weight.original1": ".weight_v"}
    renamed = {}
    for name, tensor in load_file(path).items():
        for new, old in names.items():
            name = name.replace(new, old)
        renamed[f"wav2vec2.{name}"] = tensor
    # A head of pre-training, which nothing but pre-training needs.
    renamed["project_q.bias"] = torch.zeros(4)
    save_file(renamed, path, metadata={"format": "pt"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where the models' folders are made")
    parser.add_argument("--base", action="store_true", help="one model of the size of wav2vec2-base, in the folder itself")
    arguments = parser.parse_args()
    if arguments.base:
        make(arguments.folder, {}, True, True, 4.0)
        return
    for name, (settings, published, standardised) in SMALL_MODELS.items():
        make(arguments.folder / name, settings, published, standardised, 0.4)


if __name__ == "__main__":
    main()
