//! The `cstalk-train` command.
fn main() {}
