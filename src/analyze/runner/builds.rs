//! Builds that are not a compiler's own: bundlers, make, ninja, `CMake`.

use crate::model::receipt::RunKind;

use super::marks::Marks;
use super::page::Page;

pub(super) fn bundlers(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        let (tool, passed) = match () {
            () if text.starts_with("✓ built in ") => ("vite", true),
            () if text.starts_with("error during build:") => ("vite", false),
            () if text.starts_with("✓ Compiled successfully") || text == "Compiled successfully." => ("next", true),
            () if text == "Failed to compile." || text.starts_with("> Build failed because of") => ("next", false),
            () if text.starts_with("webpack ") && text.contains(" compiled successfully in ") => ("webpack", true),
            () if text.starts_with("webpack ") && text.contains(" compiled with ") => {
                ("webpack", !text.contains(" error"))
            }
            () if text.starts_with("created ") && text.contains(" in ") && text.ends_with('s') => ("rollup", true),
            () if text.starts_with("⚡ Done in ") || text.starts_with("⚡️ Done in ") => ("esbuild", true),
            () if text.starts_with("⚡️ Build success in ") => ("tsup", true),
            () => continue,
        };
        marks.check(tool, RunKind::Build, at, passed, None);
    }
}

/// `ninja: build stopped: subcommand failed.`, `[100%] Built target a`
pub(super) fn native(page: &Page, marks: &mut Marks) {
    for (at, text) in page.texts() {
        if text.starts_with("ninja: build stopped: ") {
            marks.check("ninja", RunKind::Build, at, false, None);
        } else if text.starts_with("[100%] Built target ") {
            let before = marks.list.len();
            marks.check("cmake", RunKind::Build, at, true, None);
            if let Some(mark) = marks.list.get_mut(before) {
                mark.reach = super::marks::Reach::Part;
            }
        }
    }
}
