//! Equal parts of a batch, for several machines.

use std::fmt;
use std::str::FromStr;

/// The `index`-th of `count` parts, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    pub(super) fn index(&self) -> usize {
        self.index
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Every `count`-th of `all`, beginning with the `index`-th.
    pub(super) fn of<T>(&self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.index - 1).step_by(self.count).collect()
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || format!("wanted I/N such as 2/8 (the second of eight parts), got `{text}`");
        let (index, count) = text.split_once('/').ok_or_else(wanted)?;
        let index: usize = index.trim().parse().map_err(|_| wanted())?;
        let count: usize = count.trim().parse().map_err(|_| wanted())?;
        if index == 0 || index > count {
            return Err(wanted());
        }
        Ok(Self { index, count })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_parts_make_the_whole(length in 0usize..60, count in 1usize..9) {
            let whole: Vec<usize> = (0..length).collect();
            let mut parts = Vec::new();
            for index in 1..=count {
                let shard: Shard = format!("{index}/{count}").parse().unwrap();
                let part = shard.of(whole.clone());
                prop_assert!(part.len().abs_diff(length / count) <= 1);
                parts.extend(part);
            }
            parts.sort_unstable();
            prop_assert_eq!(parts, whole);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "1", "0/2", "3/2", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert!(text.parse::<Shard>().unwrap_err().contains("2/8"), "{text}");
        }
    }
}
