//! What the checker is for that a suppression silences. One tool's forms replace another's only where both serve one end.

/// What is silenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    Lint,
    Types,
    Coverage,
    Layout,
}

/// The purpose of a form of [`SUPPRESSIONS`](super::SUPPRESSIONS), by its id. Compilers' warnings are lints.
pub fn purpose(id: &str) -> Purpose {
    match id {
        "type-ignore" | "pyright-ignore" | "ty-ignore" | "mypy-ignore" | "pyre-ignore" | "pytype-disable"
        | "ts-ignore" | "ts-nocheck" | "ts-expect-error" | "nullable-disable" | "steep-ignore" | "phpstan-ignore"
        | "psalm-suppress" => Purpose::Types,
        "no-cover"
        | "coverage-ignore"
        | "coverage-off"
        | "tarpaulin-skip"
        | "exclude-from-coverage"
        | "lcov-exclude"
        | "nocov"
        | "php-coverage-ignore" => Purpose::Coverage,
        "fmt-off" | "rustfmt-skip" | "prettier-ignore" => Purpose::Layout,
        _ => Purpose::Lint,
    }
}

#[cfg(test)]
mod tests {
    use super::super::SUPPRESSIONS;
    use super::*;

    #[test]
    fn forms_that_name_their_purpose_have_it() {
        let of = |wanted| SUPPRESSIONS.iter().filter(|marker| purpose(marker.id) == wanted).count();
        // A form that is renamed would fall among the lints.
        assert_eq!((of(Purpose::Types), of(Purpose::Coverage), of(Purpose::Layout)), (13, 8, 3));
    }
}
