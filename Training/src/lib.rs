//! Training of the CSTalk models.
