//! The page of the studio and of previews: one file with everything in it, built from `page/` and kept beside it.

use serde_json::Value;

/// The built page. `cargo xtask test page` builds it again and compares.
const PAGE: &str = include_str!("../page/built/page.html");
/// Where a preview's take goes.
const TAKE_PLACE: &str = r#"<script type="application/json" id="take">null</script>"#;

/// The page as the studio serves it.
pub(crate) fn studio() -> &'static str {
    PAGE
}

/// The page with a take inside.
pub(crate) fn with_take(take: &Value) -> String {
    // In a script element only `<` can end the element or begin a comment.
    let json = take.to_string().replace('<', "\\u003c");
    PAGE.replacen(TAKE_PLACE, &format!(r#"<script type="application/json" id="take">{json}</script>"#), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_needs_nothing_from_anywhere_and_takes_a_take() {
        assert_eq!(PAGE.matches(TAKE_PLACE).count(), 1);
        for outside in ["src=\"http", "href=\"http", "@import", "<link"] {
            assert!(!PAGE.contains(outside), "{outside}");
        }
        let page = with_take(&serde_json::json!({"name": "</script><script>alert(1)//"}));
        assert!(page.contains(r#"{"name":"\u003c/script>\u003cscript>alert(1)//"}"#));
    }
}
