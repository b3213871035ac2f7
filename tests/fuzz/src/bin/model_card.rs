//! Model cards: what is accepted is written and read again unchanged.

#![no_main]

use cstalk_onnx::ModelCard;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(card) = ModelCard::from_json(text) {
        let again = card.to_json().expect("an accepted card can be written");
        let same = ModelCard::from_json(&again).expect("a written card can be read");
        assert_eq!(same, card);
    }
});
