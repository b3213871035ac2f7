//! Curves of the sample model on a fixed sound, kept in the repository: any change of features, model
//! running, post-processing, layers or file format shows here.

use std::path::Path;

use crate::support::sounds::wav16;
use crate::support::{run, take};

/// Engines differ in the last bits between processors.
const TOLERANCE: f32 = 2e-4;

#[test]
fn the_sample_model_gives_the_kept_curves() {
    let golden =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/golden/sample_model.board.csv");
    let folder = tempfile::tempdir().unwrap();
    // Whole-number arithmetic only, so that the sound is the same everywhere.
    let sound: Vec<f32> = (0..3_200i32)
        .map(|n| ((n * 37 % 200 - 100) * (n % 1_600).min(1_600 - n % 1_600)) as f32 / 400_000.0)
        .collect();
    std::fs::write(folder.path().join("sound.wav"), wav16(&sound, 1, 16_000)).unwrap();
    let options = "--rig board --emotion happy=0.25 --style jaw=0.5 --seed 27 --head-motion 1";
    run(folder.path(), &format!("animate sound.wav {options}")).expect(0);
    let made = folder.path().join("sound.csv");
    if std::env::var_os("CSTALK_UPDATE_GOLDEN").is_some() {
        std::fs::copy(&made, &golden).unwrap();
    }
    let (made, kept) = (take(&made), take(&golden));
    assert_eq!(made.row_count(), kept.row_count());
    let columns = cstalk_rig::Rig::get(made.rig()).columns();
    for (index, (made, kept)) in made.rows().zip(kept.rows()).enumerate() {
        for ((control, made), kept) in columns.iter().zip(made).zip(kept) {
            assert!(
                (made - kept).abs() <= TOLERANCE,
                "row {index}, {}: {made}, kept {kept}. If the change is meant, run this test with \
                 CSTALK_UPDATE_GOLDEN=1 and say why in the commit",
                control.name
            );
        }
    }
}
