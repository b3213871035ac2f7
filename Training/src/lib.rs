//! Training of the CSTalk models.

pub mod align;
pub mod corpus;
pub mod evaluation;
pub mod phones;

pub mod export;
pub mod nets;
pub mod performer;
pub mod takes;
pub mod train;
