//! Lip contacts: which the phones ask for, which a row sequence makes, and how the two match.
//!
//! **Wanted closures** are the p, b, m spans; spans that touch (as in "number") are one closure, because the lips close once.
//! **Made closures** are the longest runs of rows inside speech whose inner-lip gap is below
//! max(1.5 mm, 10 % of the clip's 95th percentile). Speech is what lies between the first and the last phone outside pauses of
//! 150 ms or more. A made closure matches a wanted one if they come within 40 ms of each other; matching is one to one and as
//! large as can be. The same 40 ms hold at the borders of speech: a closure that lies wholly within 40 ms of a pause is the
//! closed mouth of the pause and not counted as false.

use crate::phones::PhoneSpan;

/// Slack on either side of a wanted contact, seconds.
pub const CONTACT_SLACK_S: f64 = 0.040;
/// Pauses shorter than this are part of the speech, seconds.
pub const PAUSE_S: f64 = 0.150;
/// The gap below which lips are shut whatever the clip, millimetres.
pub const SHUT_GAP_MM: f32 = 1.5;
/// The gap below which lips are shut, as a share of the clip's 95th percentile.
pub const SHUT_GAP_SHARE: f64 = 0.10;
/// Lower lip this near to the upper incisors touches them, millimetres (at rest the mesh is at 1.25).
pub const BITE_DISTANCE_MM: f32 = 2.0;
/// Time between rows, seconds.
pub const ROW_S: f64 = 0.020;
/// Gaps this close to the smallest are part of the same minimum, millimetres.
const SAME_MINIMUM_MM: f32 = 0.1;

/// A stretch of time in seconds, `start_s < end_s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// First moment.
    pub start_s: f64,
    /// Moment after the last.
    pub end_s: f64,
}

impl Interval {
    /// The middle.
    #[must_use]
    pub fn centre_s(self) -> f64 {
        (self.start_s + self.end_s) / 2.0
    }

    fn widened(self, by_s: f64) -> Self {
        Self { start_s: self.start_s - by_s, end_s: self.end_s + by_s }
    }

    fn meets(self, other: Self) -> bool {
        self.start_s < other.end_s && other.start_s < self.end_s
    }

    /// The rows whose time lies inside.
    fn rows(self, row_count: usize) -> std::ops::Range<usize> {
        let first = (self.start_s / ROW_S).ceil().max(0.0) as usize;
        let end = (self.end_s / ROW_S).ceil().max(0.0) as usize;
        first.min(row_count)..end.min(row_count)
    }
}

/// Speech: from the first to the last phone, without pauses of [`PAUSE_S`] or more.
#[must_use]
pub fn speech_regions(phones: &[PhoneSpan]) -> Vec<Interval> {
    let mut regions: Vec<Interval> = Vec::new();
    for span in phones.iter().filter(|span| !span.phone.is_silence()) {
        match regions.last_mut() {
            Some(region) if span.start_s - region.end_s < PAUSE_S => region.end_s = span.end_s,
            _ => regions.push(Interval { start_s: span.start_s, end_s: span.end_s }),
        }
    }
    regions
}

/// The closures that p, b and m ask for; spans that touch are one.
#[must_use]
pub fn wanted_closures(phones: &[PhoneSpan]) -> Vec<Interval> {
    joined(phones, |span| span.phone.features().bilabial)
}

/// The contacts that f and v ask for; spans that touch are one.
#[must_use]
pub fn wanted_bites(phones: &[PhoneSpan]) -> Vec<Interval> {
    joined(phones, |span| span.phone.features().labiodental)
}

fn joined(phones: &[PhoneSpan], wanted: impl Fn(&PhoneSpan) -> bool) -> Vec<Interval> {
    let mut intervals: Vec<Interval> = Vec::new();
    for span in phones.iter().filter(|span| wanted(span)) {
        match intervals.last_mut() {
            Some(last) if span.start_s - last.end_s < 1e-3 => last.end_s = span.end_s,
            _ => intervals.push(Interval { start_s: span.start_s, end_s: span.end_s }),
        }
    }
    intervals
}

/// The gap below which the lips of this clip are shut, millimetres.
#[must_use]
pub fn shut_gap_mm(gaps_mm: &[f32]) -> f32 {
    let mut gaps: Vec<f64> = gaps_mm.iter().map(|&gap| f64::from(gap)).collect();
    let wide = super::statistics::percentile(&mut gaps, 95.0).unwrap_or(0.0);
    SHUT_GAP_MM.max((wide * SHUT_GAP_SHARE) as f32)
}

/// The closures that a gap curve (50 rows/s) makes inside speech. A row stands for the 20 ms around it.
#[must_use]
pub fn made_closures(gaps_mm: &[f32], regions: &[Interval]) -> Vec<Interval> {
    let shut = shut_gap_mm(gaps_mm);
    let mut made = Vec::new();
    for region in regions {
        let mut open_run: Option<Interval> = None;
        for row in region.rows(gaps_mm.len()) {
            let time_s = row as f64 * ROW_S;
            if gaps_mm[row] < shut {
                let end_s = time_s + ROW_S / 2.0;
                open_run.get_or_insert(Interval { start_s: time_s - ROW_S / 2.0, end_s }).end_s = end_s;
            } else {
                made.extend(open_run.take());
            }
        }
        made.extend(open_run);
    }
    made
}

/// Counts of a match between wanted and made contacts; they add up over clips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContactCounts {
    /// Contacts that the phones ask for.
    pub wanted: usize,
    /// Of those, with a partner.
    pub matched: usize,
    /// Made contacts without a partner.
    pub false_made: usize,
}

impl ContactCounts {
    /// Share of the wanted contacts that were made; `None` if none was wanted.
    #[must_use]
    pub fn recall(self) -> Option<f64> {
        (self.wanted > 0).then(|| self.matched as f64 / self.wanted as f64)
    }

    /// Share of the made contacts that were wanted; `None` if none was made.
    #[must_use]
    pub fn precision(self) -> Option<f64> {
        let made = self.matched + self.false_made;
        (made > 0).then(|| self.matched as f64 / made as f64)
    }

    /// 2 matched / (wanted + made); `None` if there is nothing to count.
    #[must_use]
    pub fn f1(self) -> Option<f64> {
        let both = self.wanted + self.matched + self.false_made;
        (both > 0).then(|| 2.0 * self.matched as f64 / both as f64)
    }
}

impl std::iter::Sum for ContactCounts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, next| Self {
            wanted: sum.wanted + next.wanted,
            matched: sum.matched + next.matched,
            false_made: sum.false_made + next.false_made,
        })
    }
}

/// The largest one-to-one matching of wanted and made closures, both in order of time and each without overlaps.
///
/// Walking both lists and always advancing the one that ends first is exact for intervals in order.
#[must_use]
pub fn match_closures(wanted: &[Interval], made: &[Interval], regions: &[Interval]) -> ContactCounts {
    let mut counts = ContactCounts { wanted: wanted.len(), ..ContactCounts::default() };
    let (mut w, mut m) = (0, 0);
    let mut is_false =
        |closure: Interval| counts.false_made += usize::from(is_inside_speech(closure, regions));
    let mut matched = 0;
    while m < made.len() {
        let Some(target) = wanted.get(w).map(|target| target.widened(CONTACT_SLACK_S)) else {
            is_false(made[m]);
            m += 1;
            continue;
        };
        if target.meets(made[m]) {
            matched += 1;
            w += 1;
            m += 1;
        } else if made[m].end_s <= target.start_s {
            is_false(made[m]);
            m += 1;
        } else {
            w += 1;
        }
    }
    counts.matched = matched;
    counts
}

fn is_inside_speech(closure: Interval, regions: &[Interval]) -> bool {
    regions
        .iter()
        .map(|region| region.widened(-CONTACT_SLACK_S))
        .any(|inner| inner.start_s < inner.end_s && inner.meets(closure))
}

/// For every wanted closure that is made, how late its smallest gap is against the middle of the phone, seconds.
/// The smallest gap is the middle of the rows within 0.1 mm of the minimum around the phone (+- 40 ms).
#[must_use]
pub fn closure_delays_s(gaps_mm: &[f32], wanted: &[Interval]) -> Vec<f64> {
    let shut = shut_gap_mm(gaps_mm);
    wanted
        .iter()
        .filter_map(|phone| {
            let rows = phone.widened(CONTACT_SLACK_S).rows(gaps_mm.len());
            let smallest = rows.clone().min_by(|&a, &b| gaps_mm[a].total_cmp(&gaps_mm[b]))?;
            let floor = gaps_mm[smallest];
            if floor >= shut {
                return None;
            }
            let same = |row: &usize| gaps_mm[*row] <= floor + SAME_MINIMUM_MM;
            let last = (smallest..rows.end).take_while(same).last()?;
            let first = (rows.start..=smallest).rev().take_while(same).last()?;
            Some((first + last) as f64 / 2.0 * ROW_S - phone.centre_s())
        })
        .collect()
}

/// How many wanted bites come with lower lip and upper incisors within [`BITE_DISTANCE_MM`]. `distance_mm` is asked per row.
pub fn match_bites(
    wanted: &[Interval],
    row_count: usize,
    mut distance_mm: impl FnMut(usize) -> f32,
) -> ContactCounts {
    let mut touched = |phone: &&Interval| {
        phone.widened(CONTACT_SLACK_S).rows(row_count).any(|row| distance_mm(row) < BITE_DISTANCE_MM)
    };
    let matched = wanted.iter().filter(&mut touched).count();
    ContactCounts { wanted: wanted.len(), matched, false_made: 0 }
}

/// The vowels, at whose middle row a bite would be wrong: `(row, ...)` inside the clip.
#[must_use]
pub fn vowel_rows(phones: &[PhoneSpan], row_count: usize) -> Vec<usize> {
    phones
        .iter()
        .filter(|span| span.phone.features().kind == crate::phones::PhoneKind::Vowel)
        .map(|span| ((span.start_s + span.end_s) / 2.0 / ROW_S).round() as usize)
        .filter(|&row| row < row_count)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::Phone;

    fn spans(text: &[(&str, f64)]) -> Vec<PhoneSpan> {
        let mut start_s = 0.0;
        let mut place = |(ipa, duration_s): &(&str, f64)| {
            let phone = if *ipa == "sil" { Phone::SILENCE } else { Phone::from_ipa(ipa).unwrap() };
            let span = PhoneSpan { phone, start_s, end_s: start_s + duration_s, stress: 0 };
            start_s = span.end_s;
            span
        };
        text.iter().map(&mut place).collect()
    }

    fn interval(start_s: f64, end_s: f64) -> Interval {
        Interval { start_s, end_s }
    }

    #[test]
    fn short_pauses_are_speech_and_long_ones_are_not() {
        let phones = spans(&[
            ("sil", 0.5),
            ("a", 0.2),
            ("sil", 0.1),
            ("a", 0.2),
            ("sil", 0.2),
            ("a", 0.1),
            ("sil", 1.0),
        ]);
        let regions = speech_regions(&phones);
        assert_eq!(regions.len(), 2);
        assert!((regions[0].start_s - 0.5).abs() < 1e-9 && (regions[0].end_s - 1.0).abs() < 1e-9);
        assert!((regions[1].start_s - 1.2).abs() < 1e-9 && (regions[1].end_s - 1.3).abs() < 1e-9);
    }

    #[test]
    fn touching_bilabials_are_one_closure() {
        let phones = spans(&[("a", 0.1), ("m", 0.08), ("b", 0.05), ("a", 0.1), ("p", 0.1), ("f", 0.1)]);
        let wanted = wanted_closures(&phones);
        assert_eq!(wanted.len(), 2);
        assert!((wanted[0].start_s - 0.1).abs() < 1e-9 && (wanted[0].end_s - 0.23).abs() < 1e-9);
        assert_eq!(wanted_bites(&phones).len(), 1);
    }

    #[test]
    fn matching_by_table() {
        let speech = [interval(0.0, 3.0)];
        // (wanted, made, matched, false)
        type Pairs = &'static [(f64, f64)];
        let cases: [(Pairs, Pairs, usize, usize); 8] = [
            (&[], &[], 0, 0),
            (&[(1.0, 1.1)], &[], 0, 0),
            (&[(1.0, 1.1)], &[(1.03, 1.07)], 1, 0),
            (&[(1.0, 1.1)], &[(1.13, 1.17)], 1, 0),
            (&[(1.0, 1.1)], &[(1.15, 1.19)], 0, 1),
            // One long closure pays for one phone only.
            (&[(1.0, 1.1), (1.3, 1.4)], &[(0.9, 1.5)], 1, 0),
            // A flutter inside one phone: one match, one false.
            (&[(1.0, 1.2)], &[(1.0, 1.04), (1.1, 1.14)], 1, 1),
            // The first made could take either; the matching must still be two.
            (&[(1.0, 1.1), (1.15, 1.25)], &[(1.10, 1.16), (1.20, 1.24)], 2, 0),
        ];
        for (wanted, made, matched, false_made) in cases {
            let list = |pairs: &[(f64, f64)]| pairs.iter().map(|&(a, b)| interval(a, b)).collect::<Vec<_>>();
            let counts = match_closures(&list(wanted), &list(made), &speech);
            assert_eq!(
                counts,
                ContactCounts { wanted: wanted.len(), matched, false_made },
                "{wanted:?} {made:?}"
            );
        }
    }

    #[test]
    fn a_mouth_still_closed_from_the_pause_is_not_false() {
        let speech = [interval(1.0, 2.0)];
        let near = match_closures(&[], &[interval(0.99, 1.03)], &speech);
        assert_eq!(near.false_made, 0);
        let far = match_closures(&[], &[interval(0.99, 1.07)], &speech);
        assert_eq!(far.false_made, 1);
    }

    #[test]
    fn rates_of_known_counts() {
        let counts: ContactCounts = [
            ContactCounts { wanted: 6, matched: 5, false_made: 1 },
            ContactCounts { wanted: 4, matched: 3, false_made: 3 },
        ]
        .into_iter()
        .sum();
        assert_eq!(counts.recall(), Some(0.8));
        assert_eq!(counts.precision(), Some(8.0 / 12.0));
        assert!((counts.f1().unwrap() - 16.0 / 22.0).abs() < 1e-12);
        assert_eq!(ContactCounts::default().f1(), None);
    }

    /// Open at 12 mm, with dips to 0 of the given rows.
    fn gap_curve(row_count: usize, shut_rows: &[std::ops::Range<usize>]) -> Vec<f32> {
        (0..row_count)
            .map(|row| if shut_rows.iter().any(|dip| dip.contains(&row)) { 0.0 } else { 12.0 })
            .collect()
    }

    #[test]
    fn closures_are_runs_below_the_threshold_inside_speech() {
        let gaps = gap_curve(200, &[0..10, 50..54, 60..61, 190..200]);
        let made = made_closures(&gaps, &[interval(0.5, 3.5)]);
        assert_eq!(made.len(), 2);
        assert!((made[0].start_s - 0.99).abs() < 1e-9 && (made[0].end_s - 1.07).abs() < 1e-9);
        // A wide clip raises the bar to a tenth of its 95th percentile, a narrow one leaves it at 1.5 mm.
        assert!((shut_gap_mm(&[40.0; 100]) - 4.0).abs() < 1e-6);
        assert!((shut_gap_mm(&[3.0; 100]) - 1.5).abs() < 1e-6);
    }

    #[test]
    fn a_late_closure_shows_its_delay() {
        let gaps = gap_curve(100, std::slice::from_ref(&(52..55)));
        let delays = closure_delays_s(&gaps, &[interval(1.0, 1.08)]);
        assert_eq!(delays.len(), 1);
        assert!((delays[0] - (1.06 - 1.04)).abs() < 1e-9, "{delays:?}");
        assert!(closure_delays_s(&gaps, &[interval(0.2, 0.3)]).is_empty(), "an open phone has no delay");
    }

    #[test]
    fn bites_count_within_the_slack() {
        let near = |row: usize| if row == 53 { 1.0 } else { 5.0 };
        assert_eq!(match_bites(&[interval(0.96, 1.03), interval(0.5, 0.6)], 100, near).matched, 1);
        assert_eq!(match_bites(&[interval(0.90, 1.01)], 100, near).matched, 0);
    }
}
