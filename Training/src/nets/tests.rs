//! Tests of the networks in libtorch: size, causality, streaming. Tests against ONNX engines are with the exporter.

use super::generator::Conditions;
use super::{
    CONTROL_COUNT, EMOTION_COUNT, EarShape, FEATURES_PER_HOP, Generator, GeneratorShape, LiveNet, LiveShape,
    ParameterStore, STYLE_COUNT, TorchBackend, VoiceEmotion, VoiceEmotionShape,
};
use proptest::prelude::*;
use tch::{Device, Kind, Tensor};

const FLOAT: (Kind, Device) = (Kind::Float, Device::Cpu);

fn small_net(centred: bool) -> LiveNet {
    LiveNet::new(&small_shape(centred, false))
}

fn small_shape(centred: bool, smooth: bool) -> LiveShape {
    LiveShape {
        ear: EarShape { channels: 12, kernel: 3, dilations: vec![1, 4], centred },
        generator: GeneratorShape {
            channels: 8,
            kernel: 3,
            dilations: vec![1, 2],
            emotion_channels: 3,
            style_channels: 2,
            smooth,
        },
    }
}

fn inputs(hops: i64) -> [Tensor; 3] {
    [
        Tensor::randn([1, hops, FEATURES_PER_HOP], FLOAT),
        Tensor::rand([1, hops, EMOTION_COUNT], FLOAT),
        Tensor::randn([1, hops, STYLE_COUNT], FLOAT),
    ]
}

fn rows(net: &LiveNet, backend: &mut TorchBackend<'_>, [features, emotion, style]: &[Tensor; 3]) -> Tensor {
    let conditions = Conditions { emotion, style, identity: None };
    tch::no_grad(|| net.forward(backend, features, &conditions).rows)
}

/// Parameters with contacts that act, as after training.
fn declared(net: &LiveNet) -> ParameterStore {
    tch::manual_seed(5);
    let mut parameters = ParameterStore::new(Device::Cpu);
    let _ = rows(net, &mut TorchBackend::whole(&mut parameters), &inputs(2));
    for name in [Generator::CONTACT_YIELDS, Generator::CONTACT_HOLDS] {
        let table = Tensor::rand([Generator::CONTACT_COUNT, CONTROL_COUNT], FLOAT);
        parameters.set(name, &table).expect("the table exists");
    }
    parameters
}

fn largest(difference: &Tensor) -> f64 {
    difference.abs().max().double_value(&[])
}

#[test]
fn the_live_network_is_small_enough() {
    let net = LiveNet::new(&LiveShape::default());
    let parameters = declared(&net);
    let count = parameters.count(&[""]);
    assert!((700_000..=850_000).contains(&count), "{count} parameters");
    let reach_hops = LiveShape::default().reach_hops();
    assert!(reach_hops >= 50, "sees {reach_hops} hops");
}

#[test]
fn nothing_sees_the_future_and_everything_sees_its_reach() {
    for (centred, smooth) in [(false, false), (true, false), (false, true)] {
        the_future_is_unseen(&small_shape(centred, smooth));
    }
}

fn the_future_is_unseen(shape: &LiveShape) {
    let net = &LiveNet::new(shape);
    let mut parameters = declared(net);
    let hops = 40;
    let changed_hop = 20;
    let inputs = inputs(hops);
    let before = rows(net, &mut TorchBackend::whole(&mut parameters), &inputs);
    let features = inputs[0].copy();
    let _ = features.narrow(1, changed_hop, 1).fill_(3.0);
    let [_, emotion, style] = inputs;
    let after = rows(net, &mut TorchBackend::whole(&mut parameters), &[features, emotion, style]);
    let change = |hop: i64| largest(&(&after - &before).narrow(1, hop, 1));
    for hop in 0..hops {
        let reached = (changed_hop..=changed_hop + shape.reach_hops()).contains(&hop);
        assert_eq!(change(hop) > 0.0, reached, "hop {hop}");
    }
}

#[test]
fn a_centred_net_looks_ahead_as_far_as_its_blocks_see() {
    assert_eq!((small_net(false).look_ahead_hops(), small_net(true).look_ahead_hops()), (2, 5));
}

#[test]
fn smooth_rows_are_the_mean_of_three() {
    let mut parameters = declared(&LiveNet::new(&small_shape(false, true)));
    let inputs = inputs(12);
    let mut of = |smooth| {
        rows(&LiveNet::new(&small_shape(false, smooth)), &mut TorchBackend::whole(&mut parameters), &inputs)
    };
    let (plain, smooth) = (of(false), of(true));
    let hops = |first: i64| plain.narrow(1, first, 10);
    let wanted = (hops(0) + 2.0 * hops(1) + hops(2)) / 4.0;
    assert!(largest(&(smooth.narrow(1, 2, 10) - wanted)) <= 1e-6);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_chunking_of_a_stream_gives_the_whole(
        centred in any::<bool>(),
        smooth in any::<bool>(),
        chunks in prop::collection::vec(1i64..9, 1..8),
    ) {
        let net = LiveNet::new(&small_shape(centred, smooth));
        let mut parameters = declared(&net);
        let inputs = inputs(chunks.iter().sum());
        let whole = rows(&net, &mut TorchBackend::whole(&mut parameters), &inputs);
        let mut stream = TorchBackend::stream(&mut parameters);
        let mut first = 0;
        let mut parts = Vec::new();
        for count in chunks {
            let part = inputs.each_ref().map(|input| input.narrow(1, first, count));
            parts.push(rows(&net, &mut stream, &part));
            first += count;
        }
        prop_assert!(largest(&(Tensor::cat(&parts, 1) - whole)) <= 1e-5);
    }
}

fn small_voice_emotion() -> VoiceEmotion {
    VoiceEmotion {
        shape: VoiceEmotionShape {
            ear: EarShape { channels: 10, kernel: 3, dilations: vec![1, 2], centred: false },
            pooled_channels: 4,
            pooled_octaves: 4,
            hidden_channels: 6,
        },
        emotion_count: 7,
    }
}

#[test]
fn the_voice_emotion_network_is_small_and_hears_its_pooled_past_only() {
    let logits = |net: &VoiceEmotion, parameters: &mut ParameterStore, features: &Tensor| {
        tch::no_grad(|| net.forward(&mut TorchBackend::whole(parameters), features))
    };
    let mut parameters = ParameterStore::new(Device::Cpu);
    let shipped = VoiceEmotion { shape: VoiceEmotionShape::default(), emotion_count: 7 };
    let _ = logits(&shipped, &mut parameters, &Tensor::zeros([1, 2, FEATURES_PER_HOP], FLOAT));
    let count = parameters.count(&[""]);
    assert!(4 * count < 450_000, "{count} parameters");

    tch::manual_seed(6);
    let net = small_voice_emotion();
    let mut parameters = ParameterStore::new(Device::Cpu);
    let before = Tensor::randn([1, 60, FEATURES_PER_HOP], FLOAT);
    let after = before.copy();
    let changed_hop = 20;
    let _ = after.narrow(1, changed_hop, 1).fill_(3.0);
    let change = logits(&net, &mut parameters, &after) - logits(&net, &mut parameters, &before);
    // Entry 2, blocks 2 and 4, average 15.
    for hop in 0..60 {
        let reached = (changed_hop..=changed_hop + 23).contains(&hop);
        assert_eq!(largest(&change.narrow(1, hop, 1)) > 0.0, reached, "hop {hop}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_emotion_of_a_streamed_voice_is_that_of_the_whole(chunks in prop::collection::vec(1i64..25, 1..8)) {
        tch::manual_seed(7);
        let net = small_voice_emotion();
        let mut parameters = ParameterStore::new(Device::Cpu);
        let features = Tensor::randn([1, chunks.iter().sum(), FEATURES_PER_HOP], FLOAT);
        let whole = tch::no_grad(|| net.forward(&mut TorchBackend::whole(&mut parameters), &features));
        let mut stream = TorchBackend::stream(&mut parameters);
        let mut first = 0;
        let mut parts = Vec::new();
        for count in chunks {
            parts.push(tch::no_grad(|| net.forward(&mut stream, &features.narrow(1, first, count))));
            first += count;
        }
        prop_assert!(largest(&(Tensor::cat(&parts, 1) - whole)) <= 1e-5);
    }
}
