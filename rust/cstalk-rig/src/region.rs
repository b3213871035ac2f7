//! The fifteen face regions, and which region a control belongs to.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// A part of the face whose controls move together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each name says what it is")]
pub enum Region {
    Brow,
    Eyelid,
    CheekSquint,
    Gaze,
    Lash,
    Nose,
    MouthCorners,
    UpperLip,
    LowerLip,
    LipClosure,
    JawChin,
    Tongue,
    Teeth,
    NeckEar,
    Head,
}

impl Region {
    /// All fifteen regions, in the order that models use for region tokens.
    pub const ALL: [Region; 15] = [
        Region::Brow,
        Region::Eyelid,
        Region::CheekSquint,
        Region::Gaze,
        Region::Lash,
        Region::Nose,
        Region::MouthCorners,
        Region::UpperLip,
        Region::LowerLip,
        Region::LipClosure,
        Region::JawChin,
        Region::Tongue,
        Region::Teeth,
        Region::NeckEar,
        Region::Head,
    ];

    /// Position in [`Region::ALL`], 0..15.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Lower-case name with a hyphen, as it stands in files and command lines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Region::Brow => "brow",
            Region::Eyelid => "eyelid",
            Region::CheekSquint => "cheek-squint",
            Region::Gaze => "gaze",
            Region::Lash => "lash",
            Region::Nose => "nose",
            Region::MouthCorners => "mouth-corners",
            Region::UpperLip => "upper-lip",
            Region::LowerLip => "lower-lip",
            Region::LipClosure => "lip-closure",
            Region::JawChin => "jaw-chin",
            Region::Tongue => "tongue",
            Region::Teeth => "teeth",
            Region::NeckEar => "neck-ear",
            Region::Head => "head",
        }
    }

    /// Region of a MetaHuman expression, from its name without `CTRL_expressions_`.
    ///
    /// The first matching row of the table decides, so the narrow names stand above the wide ones.
    pub(crate) fn of_expression(stem: &str) -> Region {
        const STARTS: [(&str, Region); 33] = [
            ("brow", Region::Brow),
            ("ear", Region::NeckEar),
            ("neck", Region::NeckEar),
            ("eyelashes", Region::Lash),
            ("eyeCheekRaise", Region::CheekSquint),
            ("eyeFaceScrunch", Region::CheekSquint),
            ("eyeSquintInner", Region::CheekSquint),
            ("mouthCheek", Region::CheekSquint),
            ("mouthLipsBlow", Region::CheekSquint),
            ("eyeLook", Region::Gaze),
            ("eyeParallel", Region::Gaze),
            ("eyePupil", Region::Gaze),
            ("eye", Region::Eyelid),
            ("nose", Region::Nose),
            ("jaw", Region::JawChin),
            ("tongue", Region::Tongue),
            ("teeth", Region::Teeth),
            ("mouthLipsTogether", Region::LipClosure),
            ("mouthLipsTowards", Region::LipClosure),
            ("mouthLipsTighten", Region::LipClosure),
            ("mouthLipsSticky", Region::LipClosure),
            ("mouthLipsPress", Region::LipClosure),
            ("mouthSticky", Region::LipClosure),
            ("mouthPress", Region::LipClosure),
            ("mouthUpperLip", Region::UpperLip),
            ("mouthLowerLip", Region::LowerLip),
            ("mouthCorner", Region::MouthCorners),
            ("mouthDimple", Region::MouthCorners),
            ("mouthSharpCorner", Region::MouthCorners),
            ("mouthStretch", Region::MouthCorners),
            ("mouthLeft", Region::MouthCorners),
            ("mouthRight", Region::MouthCorners),
            ("mouthUp", Region::MouthCorners),
        ];
        if let Some((_, region)) = STARTS.iter().find(|(start, _)| stem.starts_with(start)) {
            return *region;
        }
        // What is left are the four-quadrant lip controls (funnel, purse, push, thick, ...) and `mouthDown`.
        if stem.ends_with("UL") || stem.ends_with("UR") {
            Region::UpperLip
        } else if stem.ends_with("DL") || stem.ends_with("DR") {
            Region::LowerLip
        } else {
            Region::MouthCorners
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Region {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Region::ALL.into_iter().find(|region| region.name() == text).ok_or_else(|| {
            let names: Vec<_> = Region::ALL.iter().map(|region| region.name()).collect();
            Error::bad_input(format!("region: wanted one of {}, got \"{text}\"", names.join(", ")))
        })
    }
}
