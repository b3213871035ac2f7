//! Any bytes: an answer or an error, never a panic and never much memory.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cstalk_onnx::sample::{SampleSpec, untrained_model};
use cstalk_onnx::{ErrorKind, ModelFile};
use proptest::prelude::*;

fn model() -> &'static [u8] {
    static MODEL: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    MODEL.get_or_init(|| {
        let names = (0..3).map(|index| format!("control{index}")).collect();
        let spec = SampleSpec { channel_count: 3, block_count: 2, ..SampleSpec::new("toy", 1, names) };
        untrained_model(&spec).unwrap()
    })
}

/// Whatever is accepted must keep the promises of `ModelFile`; whatever is not is a `BadModel`.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    match ModelFile::parse(bytes) {
        Ok(file) => {
            prop_assert!(file.card().validate().is_ok());
            prop_assert_eq!(file.inputs().len(), 3 + file.card().states.len());
            prop_assert_eq!(file.outputs().len(), 1 + file.card().states.len());
        }
        Err(error) => {
            prop_assert_eq!(error.kind(), ErrorKind::BadModel);
            prop_assert!(!error.to_string().is_empty());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes)?;
    }

    #[test]
    fn overwritten_bytes(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = model().to_vec();
        for (index, value) in edits {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        check(&bytes)?;
    }

    #[test]
    fn cut_removed_and_doubled_pieces(
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        how in 0..3,
    ) {
        let whole = model();
        let (a, b) = (from.index(whole.len()), to.index(whole.len()));
        let (a, b) = (a.min(b), a.max(b));
        let bytes = match how {
            0 => whole[..a].to_vec(),
            1 => [&whole[..a], &whole[b..]].concat(),
            _ => [&whole[..b], &whole[a..]].concat(),
        };
        check(&bytes)?;
    }

    #[test]
    fn a_changed_weight_is_noticed(index in any::<prop::sample::Index>(), bit in 0_u32..8) {
        // The weights of the first layer: after the last mention of their name (the nodes come before).
        let whole = model();
        let weight = whole.windows(12).rposition(|window| window == b"enter.weight").unwrap();
        let mut bytes = whole.to_vec();
        // Behind the name come a few bytes of lengths, then 160 x 3 floats.
        bytes[weight + 32 + index.index(1_800)] ^= 1 << bit;
        let message = ModelFile::parse(&bytes).unwrap_err().to_string();
        prop_assert!(message.contains("weights_sha256"), "{}", message);
    }
}

#[test]
fn the_unchanged_model_is_accepted() {
    ModelFile::parse(model()).unwrap();
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f | 0x80) as u8);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A length-delimited field.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2][..], &varint(content.len()), content].concat()
}

#[test]
fn small_files_that_would_unfold_into_gigabytes_are_refused() {
    // Three million empty nodes, attributes or ports: 6 MB of bytes, a gigabyte of structures.
    for (name, path) in [
        ("nodes", vec![7, 1]),
        ("initialisers", vec![7, 5]),
        ("ports", vec![7, 11]),
        ("metadata", vec![14]),
        ("attributes of one node", vec![7, 1, 5]),
        ("names of one node", vec![7, 1, 1]),
        ("graphs of an attribute", vec![7, 1, 5, 11]),
        ("tensors of an attribute", vec![7, 1, 5, 10]),
        ("dimensions of a port", vec![7, 11, 2, 1, 2, 1]),
        ("functions", vec![25]),
    ] {
        let (last, outer) = path.split_last().unwrap();
        let mut bytes = if *last < 16 {
            [last << 3 | 2, 0].repeat(3_000_000)
        } else {
            // Field numbers from 16 take two bytes.
            [&varint(usize::from(*last) << 3 | 2)[..], &[0]].concat().repeat(3_000_000)
        };
        for number in outer.iter().rev() {
            bytes = field(*number, &bytes);
        }
        let message = ModelFile::parse(&bytes).unwrap_err().to_string();
        assert!(message.contains("more than 1000000 entries"), "{name}: {message}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    // Graph in attribute in node in graph ..., and sequence types in sequence types.
    for cycle in [vec![7_u8, 1, 5, 6], vec![2, 4]] {
        let mut bytes = Vec::new();
        for _ in 0..5_000 {
            for number in cycle.iter().rev() {
                bytes = field(*number, &bytes);
            }
        }
        let bytes = field(7, &field(11, &bytes));
        let error = ModelFile::parse(&bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadModel, "{error}");
    }
}

#[test]
fn weights_outside_the_file_are_refused() {
    // external_data (13) and data_location (14) of an initialiser of an otherwise whole model.
    let entry = field(13, &[field(1, b"location"), field(2, b"/etc/hostname")].concat());
    let extra = field(7, &field(5, &[field(8, b"stolen"), entry, vec![14 << 3, 1]].concat()));
    // A second graph field is merged into the first by every protobuf reader.
    let bytes = [model(), &extra].concat();
    let message = ModelFile::parse(&bytes).unwrap_err().to_string();
    assert!(message.contains("weight \"stolen\" lies outside the file"), "{message}");
}
