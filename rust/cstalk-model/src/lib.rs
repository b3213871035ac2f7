//! The model contract and the providers that run a model.
