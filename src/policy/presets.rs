//! The policies that come with the program: `extends = ["preset:NAME"]`.

/// What a repository without a policy is held to.
pub const BASELINE: &str = "baseline";

/// Name and text, sorted by name.
pub static PRESETS: &[(&str, &str)] = &[
    (BASELINE, include_str!("../../policies/baseline.toml")),
    ("go", include_str!("../../policies/go.toml")),
    ("javascript", include_str!("../../policies/javascript.toml")),
    ("python", include_str!("../../policies/python.toml")),
    ("rust", include_str!("../../policies/rust.toml")),
    ("strict", include_str!("../../policies/strict.toml")),
];

/// The text of a preset.
pub fn find(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|(preset, _)| *preset == name).map(|(_, text)| *text)
}

pub fn names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Request, examples, load};

    #[test]
    fn every_preset_loads_without_a_remark_and_passes_its_own_examples() {
        for name in names() {
            let text = format!("schema = 1\nextends = [\"preset:{name}\"]\n");
            let request = Request {
                explicit: Some(("warrant.toml".to_owned(), text.into_bytes())),
                sides: Vec::new(),
                levels: &[],
            };
            let loaded = load(&request).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
            assert!(loaded.warnings.is_empty(), "{name}: {:?}", loaded.warnings);
            let run = examples::run(&loaded.policy);
            assert!(run.failures.is_empty(), "{name}: {:?}", run.failures);
        }
    }

    #[test]
    fn all_language_presets_go_together() {
        let list: Vec<String> = names().map(|name| format!("\"preset:{name}\"")).collect();
        let text = format!("schema = 1\nextends = [{}]\n", list.join(", "));
        let request =
            Request { explicit: Some(("warrant.toml".to_owned(), text.into_bytes())), sides: Vec::new(), levels: &[] };
        let loaded = load(&request).expect("loads");
        let count: usize = PRESETS.iter().map(|(_, text)| text.matches("\n[[pattern]]").count()).sum();
        assert_eq!(loaded.policy.patterns.len(), count, "no preset takes a pattern from another");
    }

    #[test]
    fn the_list_is_sorted_and_is_the_folder() {
        assert!(names().is_sorted());
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
            .collect();
        files.sort();
        assert!(names().eq(files.iter().map(String::as_str)));
    }
}
