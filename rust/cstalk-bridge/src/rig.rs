//! Names of a rig's columns.

use cstalk_engine::face_part_of;
use cstalk_rig::{Rig, RigId};

use crate::bridge::{RigFacts, Status};
use crate::guard::{Refusal, Result, guard_into};

/// The rig that a number of `cstalk::Rig` stands for.
pub(crate) fn rig_of(number: u8) -> Result<RigId> {
    RigId::ALL
        .get(usize::from(number))
        .copied()
        .ok_or_else(|| Refusal::bad_input(format!("rig: wanted a number from 0 to 2, got {number}")))
}

/// The columns of a rig in order, with the part of the face of each.
pub fn rig_facts(rig: u8, status: &mut Status) -> RigFacts {
    let facts = guard_into(status, || {
        let rig = Rig::get(rig_of(rig)?);
        let columns = rig.columns();
        Ok(RigFacts {
            name: rig.id().name().to_owned(),
            columns: columns.iter().map(|control| control.name.clone()).collect(),
            parts: columns.iter().map(|c| face_part_of(c.region).unwrap_or("head").to_owned()).collect(),
            control_count: rig.control_count(),
            schema_version: rig.schema_version(),
        })
    });
    facts.unwrap_or_else(|| RigFacts {
        name: String::new(),
        columns: Vec::new(),
        parts: Vec::new(),
        control_count: 0,
        schema_version: 0,
    })
}
