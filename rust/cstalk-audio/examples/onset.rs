#![allow(missing_docs, clippy::print_stdout)]
fn main() {
    for path in std::env::args().skip(1) {
        let mut r = match cstalk_audio::SpeechReader::open(&path) {
            Ok(r) => r,
            Err(e) => {
                println!("{:?} {e}", e.kind());
                continue;
            }
        };
        let mut s = Vec::new();
        while match r.read(&mut s) {
            Ok(m) => m,
            Err(e) => {
                println!("{e}");
                false
            }
        } {}
        let peak = s.iter().fold(0f32, |m, x| m.max(x.abs()));
        let on = s.iter().position(|x| x.abs() > peak * 0.25).unwrap_or(0);
        let off = s.iter().rposition(|x| x.abs() > peak * 0.25).unwrap_or(0);
        println!(
            "{path}: n={} peak={peak:.3} on={:.2}ms off={:.2}ms {:?}",
            s.len(),
            on as f64 / 16.0,
            off as f64 / 16.0,
            r.info()
        );
    }
}
