//! How the speaker moves: a vector of named style values.

use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{EngineError, ErrorKind, Result};
use crate::named_values;

/// Schema name that a style file must carry.
pub const STYLE_SCHEMA: &str = "cstalk-style/1";

/// Largest absolute style value; training drew them from a normal distribution cut there.
pub const STYLE_LIMIT: f32 = 3.0;

/// Style values by name, in standard deviations of the speakers seen in training; 0 is the average speaker.
///
/// ```
/// use cstalk_engine::Style;
/// let style: Style = "articulation=0.5,jaw=-1".parse()?;
/// let known = ["articulation", "jaw", "head"].map(String::from);
/// assert_eq!(style.resolve(&known)?, [0.5, -1.0, 0.0]);
/// # Ok::<(), cstalk_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Style {
    pairs: Vec<(String, f32)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StyleFile {
    schema: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    values: std::collections::BTreeMap<String, f32>,
}

impl Style {
    /// The average speaker.
    pub fn average() -> Self {
        Self::default()
    }

    /// A style from name and value pairs.
    ///
    /// # Errors
    /// `BadInput` for a value that is not finite or beyond +-[`STYLE_LIMIT`].
    pub fn new(pairs: Vec<(String, f32)>) -> Result<Self> {
        for (name, value) in &pairs {
            if !value.is_finite() || value.abs() > STYLE_LIMIT {
                return Err(EngineError::new(
                    ErrorKind::BadInput,
                    format!(
                        "style `{name}`: wanted a value from -{STYLE_LIMIT} to {STYLE_LIMIT}, got {value}"
                    ),
                ));
            }
        }
        Ok(Self { pairs })
    }

    /// The style in a JSON file: `{"schema": "cstalk-style/1", "name": "...", "values": {"jaw": 0.5}}`.
    ///
    /// # Errors
    /// `BadInput` naming the file: not readable, not this schema, a value out of range.
    pub fn open(path: &Path) -> Result<Self> {
        let bad = |what: String| {
            EngineError::new(ErrorKind::BadInput, format!("style file {}: {what}", path.display()))
        };
        let text = std::fs::read_to_string(path).map_err(|error| bad(format!("cannot be read: {error}")))?;
        let style: StyleFile = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        if style.schema != STYLE_SCHEMA {
            return Err(bad(format!("wanted schema `{STYLE_SCHEMA}`, got `{}`", style.schema)));
        }
        Self::new(style.values.into_iter().collect()).map_err(|error| bad(error.to_string()))
    }

    /// One value a style dimension, in the order of `dimensions`; those not named are 0.
    ///
    /// # Errors
    /// `BadInput` for a name that `dimensions` lacks.
    pub fn resolve(&self, dimensions: &[String]) -> Result<Vec<f32>> {
        let mut row = vec![0.0; dimensions.len()];
        for (name, value) in &self.pairs {
            row[named_values::position("style", name, dimensions)?] = *value;
        }
        Ok(row)
    }

    /// The value of one dimension; 0 where it is not named.
    pub fn value(&self, name: &str) -> f32 {
        self.pairs.iter().find(|(known, _)| known == name).map_or(0.0, |(_, value)| *value)
    }
}

impl FromStr for Style {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self> {
        Self::new(named_values::parse("style", text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_files_are_read_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let cases = [
            (r#"{"schema":"cstalk-style/1","name":"calm","values":{"jaw":-0.5}}"#, None),
            (r#"{"schema":"cstalk-style/2","values":{}}"#, Some("wanted schema")),
            (r#"{"schema":"cstalk-style/1","values":{"jaw":9}}"#, Some("from -3 to 3")),
            (r#"{"schema":"cstalk-style/1","valuse":{}}"#, Some("valuse")),
            ("not json", Some("line 1")),
        ];
        for (text, wanted) in cases {
            let path = folder.path().join("style.json");
            std::fs::write(&path, text).unwrap();
            match (Style::open(&path), wanted) {
                (Ok(style), None) => assert_eq!(style.value("jaw"), -0.5),
                (Err(error), Some(part)) => {
                    assert!(error.to_string().contains(part), "{text}: {error}");
                    assert!(error.to_string().contains("style.json"), "{error}");
                }
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
        let missing = Style::open(&folder.path().join("none.json")).unwrap_err();
        assert!(missing.to_string().contains("none.json"));
    }

    #[test]
    fn an_unknown_dimension_lists_the_known_ones() {
        let style: Style = "swagger=1".parse().unwrap();
        let error = style.resolve(&["jaw".to_owned(), "head".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("jaw, head"), "{error}");
    }
}
