//! Names, ranges and regions of face controls, maps between rigs, curves and takes, and their file formats.
