//! One hour of sound: right curves, and no more memory than a minute takes.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::support::sounds::{voice, wav16, with_declared_bytes};
use crate::support::{cstalk, skipped, take};

const RATE_HZ: u32 = 16_000;

/// A recording that is silent but for a voice in each tenth second; sparse where the file system can.
fn write_long(path: &Path, seconds: u32) {
    let header = &with_declared_bytes(wav16(&[], 1, RATE_HZ), seconds * RATE_HZ * 2)[..44];
    let spoken = &wav16(&voice(RATE_HZ, 1.0), 1, RATE_HZ)[44..];
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(header).unwrap();
    for second in (0..seconds).step_by(10) {
        file.seek(SeekFrom::Start(44 + u64::from(second * RATE_HZ * 2))).unwrap();
        file.write_all(spoken).unwrap();
    }
    file.set_len(44 + u64::from(seconds * RATE_HZ * 2)).unwrap();
}

/// Waits for the end; returns the largest resident memory in MB that the process ever had.
fn peak_memory_mb(child: &mut Child) -> f64 {
    let status_path = format!("/proc/{}/status", child.id());
    let mut peak_kb: f64 = 0.0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&status_path).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kb) = peak.and_then(|text| text.trim().trim_end_matches("kB").trim().parse().ok()) {
            peak_kb = peak_kb.max(kb);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    peak_kb * 1_024.0 / 1e6
}

fn animate(folder: &Path, seconds: u32) -> f64 {
    let name = format!("{seconds}.wav");
    write_long(&folder.join(&name), seconds);
    let mut child = cstalk()
        .current_dir(folder)
        // One row a second keeps the file of curves small; the engine runs at its own rate all the same.
        .args(["animate", &name, "--rig", "arkit", "--fps", "1"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let peak_mb = peak_memory_mb(&mut child);
    assert!(child.wait().unwrap().success());
    peak_mb
}

#[test]
fn an_hour_takes_no_more_memory_than_a_minute() {
    if !Path::new("/proc/self/status").exists() {
        return skipped(
            "an_hour_takes_no_more_memory_than_a_minute",
            "only Linux tells a process's peak memory",
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let minute_mb = animate(folder.path(), 60);
    let hour_mb = animate(folder.path(), 3_600);
    println!("peak memory: {minute_mb:.1} MB for a minute, {hour_mb:.1} MB for an hour");
    assert!(hour_mb < 200.0, "{hour_mb} MB");
    assert!(hour_mb < minute_mb + 10.0, "{minute_mb} MB for a minute, {hour_mb} MB for an hour");
    let curves = take(&folder.path().join("3600.csv"));
    assert_eq!(curves.row_count(), 3_600);
    // The same ten seconds again and again: the mouth does the same in the first and the last of them.
    let jaw = cstalk_rig::Rig::get(curves.rig()).index_of("jawOpen").unwrap();
    for row in 10..20 {
        let (early, late) = (curves.row(row).unwrap()[jaw], curves.row(3_580 + row).unwrap()[jaw]);
        assert!((early - late).abs() < 1e-3, "row {row}: {early} {late}");
    }
}
