//! Outputs that cannot be written: one clear error, and nothing left behind.

use std::path::Path;
use std::process::Command;

use crate::support::sounds::write_voice;
use crate::support::{Said, cstalk, names_in, report, run, skipped};

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), 0.2);
    std::fs::write(folder.path().join("file"), "").unwrap();
    std::fs::create_dir(folder.path().join("taken.csv")).unwrap();
    std::fs::write(folder.path().join("taken.csv/inside"), "").unwrap();
    run(folder.path(), "animate voice.wav -o file/voice.csv").expect_error(1, &["file"]);
    run(folder.path(), "batch . -o file").expect_error(1, &["file"]);
    // An existing folder is where the curves go in, under the recording's name.
    run(folder.path(), "animate voice.wav -o taken.csv").expect(0);
    assert_eq!(names_in(&folder.path().join("taken.csv")), ["inside", "voice.csv"]);
    if cfg!(target_os = "linux") {
        run(folder.path(), "animate voice.wav -o /proc/voice.csv")
            .expect_error(1, &["/proc/voice.csv", "-o"]);
    }
    run(folder.path(), "animate voice.wav --report file/report.json").expect_error(1, &["report.json"]);
    assert_eq!(names_in(folder.path()), ["file", "taken.csv", "voice.csv", "voice.wav"]);
}

/// A file system of 128 KiB in memory; unmounted when dropped.
struct SmallDisk<'folder> {
    folder: &'folder Path,
}

impl<'folder> SmallDisk<'folder> {
    fn mount(folder: &'folder Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=128k", "tmpfs"]).arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(Self { folder })
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.folder).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "unmount {}", self.folder.display());
    }
}

#[test]
fn a_full_disk_leaves_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("long.wav"), 20.0);
    let disk = tempfile::tempdir().unwrap();
    let Some(mounted) = SmallDisk::mount(disk.path()) else {
        return skipped("a_full_disk_leaves_no_half_file", "mounting a small tmpfs needs root on Linux");
    };
    for format in ["csv", "json", "curve-table"] {
        let output = cstalk()
            .current_dir(folder.path())
            .args(["animate", "long.wav", "--format", format, "-o"])
            .arg(disk.path().join("curves.out"))
            .output()
            .unwrap();
        Said::from(output).expect_error(1, &["long.wav", "space", "nothing was left behind"]);
        assert!(names_in(disk.path()).is_empty(), "{format}: {:?}", names_in(disk.path()));
    }
    // In a batch the short recording still fits.
    write_voice(&folder.path().join("short.wav"), 0.1);
    let mut batch = cstalk();
    batch
        .current_dir(folder.path())
        .args(["batch", ".", "--jobs", "1", "--rig", "arkit", "-o"])
        .arg(disk.path());
    Said::from(batch.output().unwrap()).expect_error(1, &["long.wav"]);
    assert_eq!(names_in(disk.path()), ["report.csv", "short.csv"]);
    let rows = report(&disk.path().join("report.csv"));
    let statuses: Vec<&str> = rows.iter().map(|row| row["status"].as_str()).collect();
    assert_eq!(statuses, ["failed", "done"]);
    drop(mounted);
}
