//! Training of the CSTalk models.

pub mod phones;

pub mod nets;
