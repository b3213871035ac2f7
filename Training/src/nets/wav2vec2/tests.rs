//! Against the reference implementation, on the models that `tests/oracle/wav2vec2.py` made.

use super::{Wav2Vec2, Wav2Vec2Error};
use crate::nets::parameters::read_tensors;
use crate::nets::{ParameterStore, SAMPLES_PER_HOP, TorchBackend};
use std::path::{Path, PathBuf};
use std::time::Instant;
use tch::{Device, Kind, Tensor};

const FLOAT: (Kind, Device) = (Kind::Float, Device::Cpu);
/// Folder of a model of any size that the script made, to compare by hand.
const BY_HAND_ENV: &str = "CSTALK_WAV2VEC2";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wav2vec2").join(name)
}

fn largest(difference: &Tensor) -> f64 {
    difference.abs().max().double_value(&[])
}

/// Largest difference to the reference over all hidden states.
fn to_reference(folder: &Path) -> f64 {
    let oracle = read_tensors(&folder.join("oracle.safetensors")).unwrap();
    let loaded = Wav2Vec2::load(folder).unwrap();
    let mut parameters = ParameterStore::with_frozen(Device::Cpu, loaded.tensors);
    let samples = oracle["samples"].unsqueeze(1);
    let began = Instant::now();
    let states = tch::no_grad(|| loaded.net.reference(&mut TorchBackend::whole(&mut parameters), &samples));
    let took_s = began.elapsed().as_secs_f64();
    assert_eq!(oracle.len() - 1, states.len());
    assert_eq!(parameters.count(&[""]), 0, "every weight comes from the file");
    let difference = (0..).zip(&states).map(|(index, state): (usize, _)| {
        let wanted = &oracle[&format!("hidden.{index}")];
        assert_eq!(state.size(), wanted.size());
        largest(&(state - wanted))
    });
    let difference = difference.fold(0.0, f64::max);
    let sound_s = samples.size()[2] as f64 / 16_000.0;
    println!("{}: {difference:.1e} to the reference, {took_s:.2} s for {sound_s} s", folder.display());
    difference
}

#[test]
fn every_hidden_state_is_the_reference_s() {
    for name in ["group-post", "layer-pre", "odd-plain"] {
        let difference = to_reference(&fixture(name));
        assert!(difference <= 1e-4, "{name}: {difference}");
    }
    match std::env::var_os(BY_HAND_ENV) {
        Some(folder) => {
            let difference = to_reference(Path::new(&folder));
            assert!(difference <= 1e-4, "{difference}");
        }
        None => println!("SKIPPED wav2vec2 of full size: {BY_HAND_ENV} names no folder of one"),
    }
}

#[test]
fn a_row_hears_the_samples_around_its_own_time() {
    let mut loaded = Wav2Vec2::load(&fixture("layer-pre")).unwrap();
    // Without standardisation the convolutions of this variant see nothing beyond their reach.
    loaded.net.shape.standardised = false;
    assert_eq!((loaded.net.shape.reach_samples(), loaded.net.shape.stride_samples()), (400, SAMPLES_PER_HOP));
    let mut parameters = ParameterStore::with_frozen(Device::Cpu, loaded.tensors);
    let mut backend = TorchBackend::whole(&mut parameters);
    tch::manual_seed(1);
    let hops = 6;
    let samples = Tensor::randn([1, hops, SAMPLES_PER_HOP], FLOAT);
    let signal = samples.reshape([1, 1, -1]);
    tch::no_grad(|| {
        let aligned = loaded.net.aligned(&mut backend, &samples);
        let rows = loaded.net.convolved(&mut backend, &aligned);
        assert_eq!(rows.size()[1], hops);
        for hop in 1..hops {
            let around = signal.narrow(2, hop * SAMPLES_PER_HOP - 200, 400);
            let row = loaded.net.convolved(&mut backend, &around);
            assert!(largest(&(rows.narrow(1, hop, 1) - row)) <= 1e-5, "hop {hop}");
        }
        assert_eq!(loaded.net.forward(&mut backend, &samples).size(), [1, hops, 24]);
    });
}

#[test]
fn standardisation_makes_level_and_offset_of_the_sound_irrelevant() {
    let loaded = Wav2Vec2::load(&fixture("group-post")).unwrap();
    let mut parameters = ParameterStore::with_frozen(Device::Cpu, loaded.tensors);
    let mut backend = TorchBackend::whole(&mut parameters);
    let samples = Tensor::randn([2, 5, SAMPLES_PER_HOP], FLOAT);
    let heard = tch::no_grad(|| loaded.net.forward(&mut backend, &samples));
    let other = tch::no_grad(|| loaded.net.forward(&mut backend, &(&samples * 3.0 + 0.5)));
    assert!(largest(&(&heard - &other)) <= 1e-4);
    // Two sounds in a batch do not hear each other.
    let alone = tch::no_grad(|| loaded.net.forward(&mut backend, &samples.narrow(0, 1, 1)));
    assert!(largest(&(heard.narrow(0, 1, 1) - alone)) <= 1e-5);
}

/// A copy of a fixture with its `config.json` and tensors changed.
fn changed(
    config: impl Fn(String) -> String,
    tensors: impl Fn(&mut Vec<(String, Tensor)>),
) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = fixture("group-post");
    let text = std::fs::read_to_string(from.join("config.json")).unwrap();
    std::fs::write(folder.path().join("config.json"), config(text)).unwrap();
    let mut named = Tensor::read_safetensors(from.join("model.safetensors")).unwrap();
    tensors(&mut named);
    Tensor::write_safetensors(&named, folder.path().join("model.safetensors")).unwrap();
    folder
}

fn refusal(folder: &Path) -> String {
    Wav2Vec2::load(folder).expect_err("refused").to_string()
}

#[test]
fn a_configuration_that_is_not_this_network_is_refused_by_its_key() {
    for (key, from, to) in [
        ("model_type", "\"wav2vec2\"", "\"wavlm\""),
        ("feat_extract_norm", "\"group\"", "\"batch\""),
        ("hidden_act", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\""),
        ("layer_norm_eps", "1e-05", "1e-06"),
        ("add_adapter", "\"add_adapter\": false", "\"add_adapter\": true"),
        ("num_attention_heads", "\"num_attention_heads\": 4", "\"num_attention_heads\": 5"),
        ("conv_stride", "\"conv_stride\": [\n    5", "\"conv_stride\": [\n    4"),
        ("conv_kernel", "\"conv_kernel\": [\n    10,", "\"conv_kernel\": ["),
        ("hidden_size", "\"hidden_size\": 24,", ""),
    ] {
        let folder = changed(|text| text.replacen(from, to, 1), |_| ());
        let message = refusal(folder.path());
        assert!(message.contains("config.json") && message.contains(key), "{key}: {message}");
    }
}

#[test]
fn weights_that_do_not_fit_are_refused_by_name() {
    let find = |named: &[(String, Tensor)], end: &str| {
        named.iter().position(|(name, _)| name.ends_with(end)).expect("a tensor")
    };
    type Change<'a> = &'a dyn Fn(&mut Vec<(String, Tensor)>);
    let cases: [(&str, Change<'_>, &str); 4] = [
        (
            "encoder.layers.1.final_layer_norm.bias",
            &|named| {
                let at = find(named, "layers.1.final_layer_norm.bias");
                drop(named.remove(at));
            },
            "no tensor called",
        ),
        (
            "weight_g",
            &|named| {
                let at = find(named, "weight_g");
                drop(named.remove(at));
            },
            "no tensor called",
        ),
        (
            "conv_layers.3.conv.weight",
            &|named| {
                let at = find(named, "conv_layers.3.conv.weight");
                named[at].1 = Tensor::zeros([8, 8, 4], FLOAT);
            },
            "is [8, 8, 4], wanted [8, 8, 3]",
        ),
        (
            "feature_projection.projection.bias",
            &|named| {
                let at = find(named, "feature_projection.projection.bias");
                let _ = named[at].1.fill_(f64::NAN);
            },
            "not finite",
        ),
    ];
    for (name, change, reason) in cases {
        let folder = changed(|text| text, change);
        let message = refusal(folder.path());
        for part in [name, reason, "model.safetensors"] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
    let folder = changed(|text| text, |_| ());
    let weights = folder.path().join("model.safetensors");
    std::fs::write(&weights, b"no tensors").unwrap();
    assert!(matches!(Wav2Vec2::load(folder.path()), Err(Wav2Vec2Error::Weights { .. })));
    std::fs::rename(&weights, folder.path().join("pytorch_model.bin")).unwrap();
    assert!(refusal(folder.path()).contains("save_pretrained"));
    assert!(refusal(&folder.path().join("none")).contains("config.json"));
}

#[test]
fn half_precision_weights_are_read_as_floats() {
    let folder = changed(
        |text| text,
        |named| named.iter_mut().for_each(|(_, tensor)| *tensor = tensor.to_kind(Kind::Half)),
    );
    let loaded = Wav2Vec2::load(folder.path()).unwrap();
    assert!(loaded.tensors.values().all(|tensor| tensor.kind() == Kind::Float));
}
