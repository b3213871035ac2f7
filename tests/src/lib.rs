//! Material for tests across crates. The examples make the seeds of the fuzz targets; the end-to-end tests
//! of the command lie in `it/` and belong to `cstalk-cli`.
