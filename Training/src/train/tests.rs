//! Tests of the loop with windows that need no corpus.

use super::autocast::Autocast;
use super::budget::Budget;
use super::checkpoint;
use super::config::TrainConfig;
use super::ear_stage::EarObjective;
use super::error::{Result, TrainError};
use super::feeder::{Feeder, WindowSource};
use super::run::{Losses, Objective, RunSetup, RunSummary, run};
use super::window::{Batch, Window};
use crate::nets::{EarShape, LiveShape, ParameterStore};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;
use std::sync::Arc;
use tch::{Device, Tensor};

const HOPS: usize = 24;
const PHONES: usize = 3;
const LOOK_AHEAD_HOPS: i64 = 2;

/// Phones of two hops each whose features are loud in a third of the bins each.
struct ThreeSounds;

impl WindowSource for ThreeSounds {
    fn window(&self, number: u64) -> Result<Window> {
        let mut rng = ChaCha8Rng::seed_from_u64(number);
        let mut window = Window::default();
        let mut phone = 0;
        for hop in 0..HOPS {
            if hop % 2 == 0 {
                phone = rng.random_range(0..PHONES);
            }
            window.phones.push(phone as i64);
            window.articulation.extend([0.0, 0.0, phone as f32 / 2.0, 0.5]);
            for bin in 0..160 {
                let loud = bin % 80 / 27 == phone;
                window.features.push(if loud { 1.0 } else { -1.0 } + rng.random_range(-0.3..0.3));
            }
        }
        Ok(window)
    }

    fn look_ahead_hops(&self) -> i64 {
        LOOK_AHEAD_HOPS
    }

    fn hop_count(&self) -> usize {
        HOPS
    }
}

fn config(steps: u64) -> TrainConfig {
    let mut config = TrainConfig {
        budget: Budget { steps: Some(steps), minutes: None },
        batch_windows: 4,
        held_out_windows: 8,
        checkpoint_minutes: 60.0,
        shape: LiveShape {
            ear: EarShape { channels: 8, kernel: 3, dilations: vec![1], centred: false },
            ..LiveShape::default()
        },
        ..TrainConfig::default()
    };
    config.schedule.warm_up_steps = 4;
    config.optimizer.learning_rate = 0.01;
    config
}

fn trained(config: &TrainConfig, folder: &Path, resume: bool) -> Result<(RunSummary, ParameterStore)> {
    tch::manual_seed(3);
    let objective = EarObjective::new(&config.shape.ear, &[1.0; PHONES], &config.ear_loss);
    let mut parameters = ParameterStore::new(Device::Cpu);
    let batch = Batch::stack(&[ThreeSounds.window(0)?], HOPS, LOOK_AHEAD_HOPS);
    tch::no_grad(|| objective.losses(&mut parameters, &batch, None));
    let source: Arc<dyn WindowSource> = Arc::new(ThreeSounds);
    let setup = RunSetup {
        learn: Arc::clone(&source),
        held_out: source,
        folder: folder.to_path_buf(),
        feeder_threads: 2,
        resume,
        same_held_out: true,
    };
    let summary = run(&objective, config, &setup, &mut parameters)?;
    Ok((summary, parameters))
}

fn largest_difference(a: &ParameterStore, b: &ParameterStore) -> f64 {
    a.iter()
        .zip(b.iter())
        .map(|((name_a, a), (name_b, b))| {
            assert_eq!(name_a, name_b);
            (&a.tensor - &b.tensor).abs().max().double_value(&[])
        })
        .fold(0.0, f64::max)
}

#[test]
fn the_loss_falls() {
    let folder = tempfile::tempdir().unwrap();
    let (summary, _) = trained(&config(120), folder.path(), false).unwrap();
    let (first, last) = (summary.first_losses["phone"], summary.last_losses["phone"]);
    assert!(last < 0.5 * first, "from {first} to {last}");
    assert!(summary.last_losses["accuracy"] > 0.8, "{:?}", summary.last_losses);
}

#[test]
fn a_resumed_run_is_the_uninterrupted_one() {
    let (whole, halves) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // A constant learning rate, as the schedule depends on the budget, which differs here.
    let constant = |steps| {
        let mut config = config(steps);
        config.schedule.last_part = 1.0;
        config
    };
    let (_, uninterrupted) = trained(&constant(10), whole.path(), false).unwrap();
    trained(&constant(5), halves.path(), false).unwrap();
    let (summary, resumed) = trained(&constant(10), halves.path(), true).unwrap();
    assert_eq!(summary.standing.step, 10);
    let difference = largest_difference(&uninterrupted, &resumed);
    assert!(difference <= 1e-6, "differ by {difference}");
}

#[test]
fn a_checkpoint_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    trained(&config(2), folder.path(), false).unwrap();
    let refused = |config: &TrainConfig, resume: bool| match trained(config, folder.path(), resume) {
        Err(TrainError::Checkpoint { reason, .. }) => reason,
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("not refused"),
    };
    assert!(refused(&config(4), false).contains("resume"));
    let other = TrainConfig { seed: 99, ..config(4) };
    assert!(refused(&other, true).contains("configuration"));
    std::fs::write(folder.path().join("checkpoint.json"), "{").unwrap();
    assert!(matches!(checkpoint::standing(folder.path()), Err(TrainError::Checkpoint { .. })));
}

#[test]
fn batches_do_not_depend_on_the_threads() {
    let source: Arc<dyn WindowSource> = Arc::new(ThreeSounds);
    let features = |threads: usize, first: u64, count: usize| -> Vec<Tensor> {
        let mut feeder = Feeder::start(&source, 2, threads, first).unwrap();
        (0..count).map(|_| feeder.next_batch().unwrap().features).collect()
    };
    let one = features(1, 0, 6);
    let three = features(3, 2, 4);
    for (a, b) in one[2..].iter().zip(&three) {
        assert!(a.equal(b));
    }
}

#[test]
fn no_thread_outlives_its_feeder() {
    let source: Arc<dyn WindowSource> = Arc::new(ThreeSounds);
    let mut feeder = Feeder::start(&source, 2, 3, 0).unwrap();
    feeder.next_batch().unwrap();
    drop(feeder);
    assert_eq!(Arc::strong_count(&source), 1);
}

/// A loss that is not a number from the start.
struct Hopeless;

impl Objective for Hopeless {
    fn name(&self) -> &'static str {
        "hopeless"
    }

    fn losses(&self, parameters: &mut ParameterStore, _: &Batch, _: Option<&Autocast>) -> Losses {
        use crate::nets::{Backend, Init, TorchBackend};
        let weight = TorchBackend::whole(parameters).param("weight", &[1], Init::Constant(0.0));
        let value = (weight / 0.0).sum(tch::Kind::Float);
        Losses {
            parts: vec![super::losses::LossPart { name: "nothing", value, weight: 1.0 }],
            measures: Vec::new(),
        }
    }
}

#[test]
fn a_run_that_diverges_says_so_and_keeps_its_weights() {
    let folder = tempfile::tempdir().unwrap();
    let mut parameters = ParameterStore::new(Device::Cpu);
    let source: Arc<dyn WindowSource> = Arc::new(ThreeSounds);
    let batch = Batch::stack(&[source.window(0).unwrap()], HOPS, LOOK_AHEAD_HOPS);
    tch::no_grad(|| Hopeless.losses(&mut parameters, &batch, None));
    let setup = RunSetup {
        learn: Arc::clone(&source),
        held_out: source,
        folder: folder.path().to_path_buf(),
        feeder_threads: 1,
        resume: false,
        same_held_out: true,
    };
    let result = run(&Hopeless, &config(1000), &setup, &mut parameters);
    assert!(matches!(result, Err(TrainError::Diverged(_))), "{result:?}");
    assert_eq!(parameters.get("weight").map(|weight| weight.double_value(&[0])), Some(0.0));
}

#[test]
#[cfg(unix)]
fn autocast_learns_too() {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainConfig { autocast: true, ..config(120) };
    let (summary, parameters) = trained(&config, folder.path(), false).unwrap();
    assert!(summary.last_losses["accuracy"] > 0.8, "{:?}", summary.last_losses);
    assert!(parameters.iter().all(|(_, parameter)| parameter.tensor.kind() == tch::Kind::Float));
}
