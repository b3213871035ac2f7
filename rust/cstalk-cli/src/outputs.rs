//! Where the curves of a recording go.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use cstalk_rig::formats::Format;

use crate::failure::{Failure, Result};

/// The name of the curves of `input`, in `folder`.
pub(crate) fn in_folder(folder: &Path, input: &Path, format: Format) -> PathBuf {
    folder.join(Path::new(input.file_name().unwrap_or_default()).with_extension(format.extension()))
}

/// The outputs of `animate`: with one input `out` is a file unless it is a folder; with more it is a folder;
/// without it, each output lies beside its input.
///
/// # Errors
/// Usage: two inputs with one output, an output that is an input, one file for several inputs.
pub(crate) fn of_inputs(inputs: &[PathBuf], out: Option<&Path>, format: Format) -> Result<Vec<PathBuf>> {
    let is_folder = |out: &Path| {
        out.is_dir() || out.as_os_str().to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR])
    };
    let outputs: Vec<PathBuf> = match out {
        None => inputs
            .iter()
            .map(|input| in_folder(input.parent().unwrap_or(Path::new("")), input, format))
            .collect(),
        Some(out) if inputs.len() == 1 && !is_folder(out) => vec![out.to_owned()],
        Some(out) if out.is_file() => {
            let message = format!("{} inputs need a folder, got the file -o {}", inputs.len(), out.display());
            return Err(Failure::usage(message));
        }
        Some(out) => inputs.iter().map(|input| in_folder(out, input, format)).collect(),
    };
    let mut owner: HashMap<&Path, &Path> = HashMap::new();
    for (input, output) in inputs.iter().zip(&outputs) {
        if let Some(input) = inputs.iter().find(|input| same_file(input, output)) {
            let message = format!("the curves would overwrite the recording {}", input.display());
            return Err(Failure::usage(message).advise("another name with -o"));
        }
        if let Some(other) = owner.insert(output, input) {
            return Err(Failure::usage(format!(
                "{} and {} would both become {}",
                other.display(),
                input.display(),
                output.display()
            ))
            .advise("one command each, with -o"));
        }
    }
    Ok(outputs)
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(inputs: &[&str], out: Option<&str>) -> std::result::Result<Vec<String>, String> {
        let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
        of_inputs(&inputs, out.map(Path::new), Format::Csv)
            .map(|paths| paths.iter().map(|path| path.display().to_string()).collect())
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn outputs_are_named_after_inputs() {
        let cases: [(&[&str], Option<&str>, &[&str]); 5] = [
            (&["a/b.wav"], None, &["a/b.csv"]),
            (&["b.wav"], Some("c.txt"), &["c.txt"]),
            (&["a/b.wav"], Some("new/"), &["new/b.csv"]),
            (&["a/b.wav", "c.mp3"], Some("new"), &["new/b.csv", "new/c.csv"]),
            (&["a.b.wav"], None, &["a.b.csv"]),
        ];
        for (inputs, out, wanted) in cases {
            assert_eq!(outputs(inputs, out).unwrap(), wanted, "{inputs:?} {out:?}");
        }
    }

    #[test]
    fn collisions_are_refused() {
        assert!(outputs(&["a.wav", "a.mp3"], None).unwrap_err().contains("both become a.csv"));
        assert!(outputs(&["a.csv"], None).unwrap_err().contains("overwrite the recording"));
        assert!(outputs(&["a.wav"], Some("a.wav")).unwrap_err().contains("overwrite the recording"));
        assert!(outputs(&["a.wav", "b.wav"], Some("Cargo.toml")).unwrap_err().contains("need a folder"));
    }
}
