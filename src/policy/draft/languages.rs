//! The languages that a name in code belongs to, so that a pattern looks at their files alone.
//!
//! Only names that are one language's own are listed, or those of a few; any other name is looked for everywhere.

const SCRIPT: &[&str] = &["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte"];
const RUST: &[&str] = &["rs"];
const PYTHON: &[&str] = &["py", "pyi"];
const GO: &[&str] = &["go"];
const JVM: &[&str] = &["java", "kt", "kts", "scala"];
const C_FAMILY: &[&str] = &["c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm"];
const RUBY: &[&str] = &["rb"];
const PHP: &[&str] = &["php"];

/// A name, or the start of one where it ends in a dot or in `::`, and the endings of its files.
const NAMES: &[(&str, &[&str])] = &[
    ("unwrap", RUST),
    ("unwrap_err", RUST),
    ("unwrap_unchecked", RUST),
    ("std::env::", RUST),
    ("std::fs::", RUST),
    ("std::process::", RUST),
    ("std::thread::", RUST),
    ("console.", SCRIPT),
    ("window.", SCRIPT),
    ("document.", SCRIPT),
    ("localStorage", SCRIPT),
    ("localStorage.", SCRIPT),
    ("sessionStorage", SCRIPT),
    ("process.env", SCRIPT),
    ("process.env.", SCRIPT),
    ("process.exit", SCRIPT),
    ("dangerouslySetInnerHTML", SCRIPT),
    ("useEffect", SCRIPT),
    ("useMemo", SCRIPT),
    ("useCallback", SCRIPT),
    ("setTimeout", SCRIPT),
    ("setInterval", SCRIPT),
    ("os.system", PYTHON),
    ("os.environ", PYTHON),
    ("os.getenv", PYTHON),
    ("os.path.", PYTHON),
    ("sys.exit", PYTHON),
    ("sys.path", PYTHON),
    ("time.sleep", PYTHON),
    ("asyncio.", PYTHON),
    ("typing.", PYTHON),
    ("fmt.", GO),
    ("os.Exit", GO),
    ("os.Getenv", GO),
    ("os.Setenv", GO),
    ("log.Fatal", GO),
    ("log.Fatalf", GO),
    ("time.Sleep", GO),
    ("context.Background", GO),
    ("context.TODO", GO),
    ("System.out.", JVM),
    ("System.err.", JVM),
    ("Thread.sleep", JVM),
    ("printStackTrace", JVM),
    ("Console.Write", &["cs"]),
    ("Console.WriteLine", &["cs"]),
    ("Thread.Sleep", &["cs"]),
    ("NSLog", &["m", "mm", "swift"]),
    ("malloc", C_FAMILY),
    ("strcpy", C_FAMILY),
    ("sprintf", &["c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "php", "rb", "pl"]),
    ("binding.pry", RUBY),
    ("byebug", RUBY),
    ("update_column", RUBY),
    ("var_dump", PHP),
    ("print_r", PHP),
    ("print", &["py", "pyi", "swift", "lua", "r", "dart", "kt", "kts", "php", "pl", "jl"]),
];

/// The endings of the files this name can stand in as what it means; `None` where it may be any.
pub(super) fn endings(name: &str) -> Option<&'static [&'static str]> {
    if name.ends_with('!') {
        return Some(RUST);
    }
    let name = name.trim_start_matches('.');
    let is = |known: &str| if known.ends_with(['.', ':']) { name.starts_with(known) } else { name == known };
    NAMES.iter().find(|(known, _)| is(known)).map(|(_, endings)| *endings)
}
