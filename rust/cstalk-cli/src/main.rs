//! The `cstalk` command.
fn main() {}
