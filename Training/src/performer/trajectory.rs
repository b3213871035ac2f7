//! Articulators over time: dominance-weighted coarticulation plus hard lip contacts.
//!
//! Each phone pulls every articulator to its target with a dominance that is full inside the phone and fades
//! outside over the articulator's reach (Cohen and Massaro's dominance functions); the position is the weighted
//! mean. Lip contacts are not averaged: p, b, m close the lips for their hold whatever the neighbours want.

use super::gestures::{ARTICULATOR_COUNT, Articulator, Gesture, REACH_S, gesture};
use super::{HOP_S, Prosody, Style};
use crate::phones::{PhoneKind, PhoneSpan};

/// Seconds that the lips take to close before a bilabial hold, and to open after it.
const CLOSING_S: f64 = 0.075;
const OPENING_S: f64 = 0.060;
/// A contact is held at least this long, however short the label.
const SHORTEST_HOLD_S: f64 = 0.050;
/// Share of a plosive's label that is closure; the rest is burst and aspiration.
const PLOSIVE_HOLD_SHARE: f64 = 0.85;
/// Phones further away than this have no say.
const HORIZON_S: f64 = 0.40;
/// Pull towards rest that keeps the weighted mean defined between phones.
const REST_PULL: f64 = 0.02;

/// All articulators and contacts at one hop.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// Positions in articulator units, see [`Articulator`].
    pub articulators: [f32; ARTICULATOR_COUNT],
    /// Bilabial contact 0..1.
    pub bilabial: f32,
    /// Labiodental contact 0..1.
    pub labiodental: f32,
}

impl Pose {
    /// Returns the position of one articulator.
    #[must_use]
    pub fn position(&self, articulator: Articulator) -> f32 {
        self.articulators[articulator as usize]
    }
}

/// Returns `hops` poses for phones with times in seconds; gaps between phones count as silence.
#[must_use]
pub fn articulate(phones: &[PhoneSpan], prosody: &Prosody, hops: usize, style: &Style) -> Vec<Pose> {
    let spans = with_silences(phones, hops as f64 * HOP_S);
    let mut first = 0;
    (0..hops)
        .map(|hop| {
            let time_s = hop as f64 * HOP_S;
            while first < spans.len() && spans[first].end_s < time_s - HORIZON_S {
                first += 1;
            }
            let near = spans[first..].iter().take_while(|span| span.start_s < time_s + HORIZON_S);
            pose_at(near, time_s, prosody.at(hop).effort, style)
        })
        .collect()
}

struct Span {
    start_s: f64,
    end_s: f64,
    gesture: Gesture,
    contact: Option<Contact>,
}

#[derive(Clone, Copy)]
struct Contact {
    hold_start_s: f64,
    hold_end_s: f64,
    labiodental: bool,
}

impl Contact {
    /// Raised-cosine approach, hold, raised-cosine release.
    fn at(&self, time_s: f64) -> f32 {
        let outside_s = if time_s < self.hold_start_s {
            (self.hold_start_s - time_s) / CLOSING_S
        } else if time_s > self.hold_end_s {
            (time_s - self.hold_end_s) / OPENING_S
        } else {
            return 1.0;
        };
        if outside_s >= 1.0 { 0.0 } else { (0.5 + 0.5 * (outside_s * std::f64::consts::PI).cos()) as f32 }
    }
}

fn with_silences(phones: &[PhoneSpan], end_s: f64) -> Vec<Span> {
    let silence = |start_s: f64, end_s: f64| Span {
        start_s,
        end_s,
        gesture: gesture(crate::phones::Phone::SILENCE),
        contact: None,
    };
    let mut spans = Vec::with_capacity(phones.len() + 2);
    let mut clock_s = f64::NEG_INFINITY;
    if phones.first().is_none_or(|phone| phone.start_s > 0.0) {
        spans.push(silence(-1.0, phones.first().map_or(end_s + 1.0, |phone| phone.start_s)));
    }
    for phone in phones {
        if clock_s.is_finite() && phone.start_s > clock_s + 1e-6 {
            spans.push(silence(clock_s, phone.start_s));
        }
        spans.push(Span {
            start_s: phone.start_s,
            end_s: phone.end_s,
            gesture: gesture(phone.phone),
            contact: contact(phone),
        });
        clock_s = phone.end_s;
    }
    if clock_s.is_finite() {
        spans.push(silence(clock_s, clock_s.max(end_s) + 1.0));
    }
    spans
}

fn contact(span: &PhoneSpan) -> Option<Contact> {
    let features = span.phone.features();
    if !features.bilabial && !features.labiodental {
        return None;
    }
    let length_s = (span.end_s - span.start_s).max(0.0);
    let hold_s = if features.kind == PhoneKind::Plosive { length_s * PLOSIVE_HOLD_SHARE } else { length_s };
    let slack_s = (SHORTEST_HOLD_S - hold_s).max(0.0) / 2.0;
    Some(Contact {
        hold_start_s: span.start_s - slack_s,
        hold_end_s: span.start_s + hold_s + slack_s,
        labiodental: !features.bilabial,
    })
}

fn pose_at<'a>(near: impl Iterator<Item = &'a Span>, time_s: f64, effort: f32, style: &Style) -> Pose {
    let mut weighted = [0.0_f64; ARTICULATOR_COUNT];
    let mut weights = [REST_PULL; ARTICULATOR_COUNT];
    let mut pose = Pose::default();
    for span in near {
        let outside_s = (span.start_s - time_s).max(time_s - span.end_s).max(0.0);
        for index in 0..ARTICULATOR_COUNT {
            let strength = f64::from(span.gesture.strength[index]);
            if strength > 0.0 {
                let reach = outside_s / REACH_S[index];
                let dominance = strength * (-(reach * reach.sqrt())).exp();
                weights[index] += dominance;
                weighted[index] += dominance * f64::from(span.gesture.target[index]);
            }
        }
        if let Some(contact) = &span.contact {
            let held = contact.at(time_s);
            if contact.labiodental {
                pose.labiodental = pose.labiodental.max(held);
            } else {
                pose.bilabial = pose.bilabial.max(held);
            }
        }
    }
    for (index, position) in pose.articulators.iter_mut().enumerate() {
        *position = (weighted[index] / weights[index]) as f32;
    }
    scale(&mut pose, effort, style);
    pose
}

/// Vocal effort and style change amplitudes, never contacts.
fn scale(pose: &mut Pose, effort: f32, style: &Style) {
    use Articulator as A;
    let mut gain = |articulator: A, gain: f32, most: f32| {
        let position = &mut pose.articulators[articulator as usize];
        *position = (*position * gain).clamp(-most, most);
    };
    let articulation = style.articulation_gain;
    gain(A::Jaw, articulation * style.jaw_gain * (0.65 + 0.4 * effort), 0.85);
    gain(A::LowerLip, articulation * style.lip_gain * (0.8 + 0.2 * effort), 0.7);
    gain(A::UpperLip, articulation * style.lip_gain * (0.8 + 0.2 * effort), 0.6);
    gain(A::Purse, articulation * style.rounding_gain, 1.0);
    gain(A::Funnel, articulation * style.rounding_gain, 0.9);
    gain(A::Spread, articulation, 1.0);
}
