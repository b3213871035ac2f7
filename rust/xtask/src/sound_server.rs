//! A private sound server: PipeWire with its session manager and PulseAudio door, without any hardware.

use crate::child;
use crate::layout::Layout;
use crate::system::find_program;
use anyhow::{Context, Result, bail, ensure};
use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Programs that are run, and the Debian package of each.
const PROGRAMS: [(&str, &str); 6] = [
    ("dbus-daemon", "dbus-daemon"),
    ("pipewire", "pipewire"),
    ("wireplumber", "wireplumber"),
    ("pipewire-pulse", "pipewire-pulse"),
    ("pactl", "pulseaudio-utils"),
    ("paplay", "pulseaudio-utils"),
];
const START_LIMIT: Duration = Duration::from_secs(30);

/// Whether all programs are there.
pub(crate) fn is_installed() -> bool {
    PROGRAMS.iter().all(|(program, _)| find_program(program).is_some())
}

/// A running server; it ends when this is dropped.
pub(crate) struct SoundServer {
    folder: PathBuf,
    bus_address: String,
    /// In the order of starting.
    children: Vec<Child>,
}

impl SoundServer {
    /// Starts a server that nobody else uses, without any device.
    ///
    /// # Errors
    /// A program is missing or the server does not answer: the message says which or where its logs are.
    pub(crate) fn start(layout: &Layout) -> Result<Self> {
        let missing: Vec<&str> = PROGRAMS
            .iter()
            .filter(|(program, _)| find_program(program).is_none())
            .map(|(_, package)| *package)
            .collect();
        ensure!(missing.is_empty(), "needs a sound server (Debian: {})", missing.join(" "));
        // Paths of sockets must be short, so this cannot lie in the target folder.
        let folder = env::temp_dir().join(format!("cstalk-sound-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        #[cfg(unix)]
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        let mut server = Self { folder, bus_address: String::new(), children: Vec::new() };
        server.start_bus(layout)?;
        for program in ["pipewire", "wireplumber", "pipewire-pulse"] {
            let log = File::create(child::log_path(layout, &format!("sound-{program}"))?)?;
            let mut command = Command::new(program);
            // Its settings and state are not those of the person who runs this.
            command.env("HOME", &server.folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
            for (name, _) in env::vars_os() {
                if name.to_str().is_some_and(|name| name.starts_with("XDG_")) {
                    command.env_remove(name);
                }
            }
            server.equip(&mut command);
            server.children.push(command.spawn().with_context(|| format!("cannot start {program}"))?);
        }
        let began = Instant::now();
        while !server.answers() {
            if began.elapsed() > START_LIMIT {
                bail!("the sound server does not answer (logs: target/xtask/sound-*.log)");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }

    /// Makes a command talk to this server.
    pub(crate) fn equip(&self, command: &mut Command) {
        command.env("XDG_RUNTIME_DIR", &self.folder).env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address);
        // The process that programs talk to, so that a test can make it hang.
        if let Some(door) = self.children.last() {
            command.env("CSTALK_PRIVATE_SOUND_SERVER", door.id().to_string());
        }
        for name in ["PULSE_SERVER", "PULSE_RUNTIME_PATH", "PIPEWIRE_REMOTE", "DISPLAY", "WAYLAND_DISPLAY"] {
            command.env_remove(name);
        }
    }

    /// The session manager wants a message bus.
    fn start_bus(&mut self, layout: &Layout) -> Result<()> {
        let log = File::create(child::log_path(layout, "sound-dbus")?)?;
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .context("cannot start dbus-daemon")?;
        let output = bus.stdout.take();
        self.children.push(bus);
        let output = output.context("dbus-daemon has no output")?;
        BufReader::new(output).read_line(&mut self.bus_address)?;
        self.bus_address.truncate(self.bus_address.trim_end().len());
        ensure!(!self.bus_address.is_empty(), "dbus-daemon did not start (log: target/xtask/sound-dbus.log)");
        Ok(())
    }

    fn answers(&self) -> bool {
        let mut command = Command::new("pactl");
        command.arg("info").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.equip(&mut command);
        command.status().is_ok_and(|status| status.success())
    }
}

impl Drop for SoundServer {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            // Already ended is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
