//! How the program is linked.

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script about the target by variables alone")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    let has = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found.split(',').any(|one| one == value));
    // The tables of the grammars hold some forty thousand pointers. Were the program loaded at a place of its own each time,
    // each of them would have to be put right before it starts: 0.8 ms, as much as all else of a small hook.
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        // Takes back the `-static-pie` that stands before it.
        if has("CARGO_CFG_TARGET_FEATURE", "crt-static") {
            println!("cargo::rustc-link-arg-bins=-static");
        }
    }
}
