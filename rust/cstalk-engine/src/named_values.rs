//! Lists like `happy=0.7,angry=0.2`: the one syntax for emotions and styles on a command line.

use crate::error::{EngineError, Result};

/// Reads `name=number` pairs separated by commas; blanks around names and numbers are ignored.
///
/// `what` is the word for a pair in error messages ("emotion", "style").
///
/// # Errors
/// `BadInput` for an empty list, a pair without `=`, a number that is not finite, a name given twice.
pub(crate) fn parse(what: &str, text: &str) -> Result<Vec<(String, f32)>> {
    let mut pairs: Vec<(String, f32)> = Vec::new();
    for piece in text.split(',') {
        let Some((name, number)) = piece.split_once('=') else {
            return Err(EngineError::bad_input(format!(
                "{what} list `{text}`: wanted name=number pairs such as `a=0.5,b=0.2`, got `{piece}`"
            )));
        };
        let (name, number) = (name.trim(), number.trim());
        if name.is_empty() {
            return Err(EngineError::bad_input(format!(
                "{what} list `{text}`: wanted a name before `=`, got `{piece}`"
            )));
        }
        let value = number.parse::<f32>().ok().filter(|value| value.is_finite()).ok_or_else(|| {
            EngineError::bad_input(format!("{what} `{name}`: wanted a number such as 0.5, got `{number}`"))
        })?;
        if pairs.iter().any(|(seen, _)| seen == name) {
            return Err(EngineError::bad_input(format!("{what} list `{text}`: `{name}` is given twice")));
        }
        pairs.push((name.to_owned(), value));
    }
    Ok(pairs)
}

/// Position of `name` among the names the model knows.
///
/// # Errors
/// `BadInput` that lists the known names.
pub(crate) fn position(what: &str, name: &str, known: &[String]) -> Result<usize> {
    known.iter().position(|candidate| candidate == name).ok_or_else(|| {
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        EngineError::bad_input(format!("unknown {what} `{name}`: this model knows {known}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_or_refused() {
        let cases: [(&str, std::result::Result<usize, &str>); 9] = [
            ("happy=0.7", Ok(1)),
            (" happy = 0.7 , angry=0.2", Ok(2)),
            ("", Err("wanted name=number")),
            ("happy", Err("got `happy`")),
            ("=1", Err("a name before")),
            ("happy=", Err("wanted a number")),
            ("happy=nan", Err("wanted a number")),
            ("happy=1,happy=0", Err("given twice")),
            ("happy=1,", Err("wanted name=number")),
        ];
        for (text, wanted) in cases {
            match (parse("emotion", text), wanted) {
                (Ok(pairs), Ok(count)) => assert_eq!(pairs.len(), count, "{text}"),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{text}: {error}"),
                (got, wanted) => panic!("{text}: got {got:?}, wanted {wanted:?}"),
            }
        }
    }
}
