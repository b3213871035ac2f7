//! Reading and writing takes.
