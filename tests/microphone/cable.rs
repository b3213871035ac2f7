//! Virtual cables: what is played into one end comes out of a microphone at the other.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Rate of every cable, in Hz.
pub(crate) const RATE_HZ: u32 = 48_000;

/// An output that leads nowhere, whose monitor is a microphone called `NAME.monitor`. Dropping it unplugs it.
pub(crate) struct Cable {
    name: &'static str,
    module: String,
}

impl Cable {
    pub(crate) fn plug(name: &'static str) -> Self {
        assert!(
            std::env::var_os("CSTALK_PRIVATE_SOUND_SERVER").is_some(),
            "this would change the sound settings of the machine; run it with `cargo xtask test microphone`"
        );
        let module = pactl(&[
            "load-module",
            "module-null-sink",
            &format!("sink_name={name}"),
            &format!("rate={RATE_HZ}"),
            "channels=1",
            "channel_map=mono",
        ])
        .unwrap();
        let cable = Self { name, module: module.trim().to_owned() };
        wait_for("the microphone of the cable", || {
            pactl(&["list", "short", "sources"]).is_some_and(|list| list.contains(&format!("{name}.monitor")))
        });
        cable
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        let _ = pactl(&["unload-module", &self.module]);
    }
}

/// Makes the cable what everyone plays to and listens to.
pub(crate) fn make_default(cable: &Cable) {
    let source = format!("{}.monitor", cable.name);
    wait_for("the default", || {
        pactl(&["set-default-sink", cable.name]).is_some()
            && pactl(&["set-default-source", &source]).is_some()
            && pactl(&["info"]).is_some_and(|text| text.contains(&format!("Default Source: {source}")))
    });
}

/// Starts to play a file into the cable.
pub(crate) fn play(cable: &Cable, wav: &Path) -> Child {
    Command::new("paplay").arg(format!("--device={}", cable.name)).arg(wav).spawn().unwrap()
}

/// The sound server does nothing while this lives.
pub(crate) struct Hang;

impl Hang {
    pub(crate) fn begin() -> Self {
        signal("-STOP");
        Self
    }
}

impl Drop for Hang {
    fn drop(&mut self) {
        signal("-CONT");
    }
}

fn signal(name: &str) {
    let server = std::env::var("CSTALK_PRIVATE_SOUND_SERVER").unwrap();
    assert!(Command::new("kill").args([name, &server]).status().unwrap().success(), "kill {name} {server}");
}

/// What the command of the sound server prints; `None` when it fails.
fn pactl(arguments: &[&str]) -> Option<String> {
    let output = Command::new("pactl").args(arguments).stderr(Stdio::null()).output().unwrap();
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}: not within 30 s");
        thread::sleep(Duration::from_millis(20));
    }
}
