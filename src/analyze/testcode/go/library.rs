//! What the functions of Go's assertion libraries take and pin down.

use crate::analyze::testcode::Strength;

/// How an assertion reads its arguments, the test's handle left out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// Expected, actual.
    Equal,
    /// Actual, expected.
    EqualGotFirst,
    Unequal,
    /// Expected, actual, tolerance.
    Near,
    /// A condition that has to be so.
    True(bool),
    /// One subject that is there, or no error.
    Truthy,
    /// One subject that is not there: no value, no error.
    Nothing,
    /// One subject that is one value the name says: empty, zero.
    One,
    /// Subject and a part, a type or a bound.
    Range,
    /// The second is done, in the way the first says.
    Behaves,
    /// Subject and its one value.
    Exact,
    /// Subject, a checker, what it is given.
    Checker,
    Fail,
}

/// testify's names, with those of gotest.tools, matryer/is, gocheck and quicktest beside them.
pub(super) fn named(name: &[u8]) -> Option<Form> {
    let name = match name.strip_suffix(b"f") {
        Some(rest) if !matches!(name, b"If") => rest,
        _ => name,
    };
    Some(match name {
        b"Equal"
        | b"EqualValues"
        | b"Exactly"
        | b"JSONEq"
        | b"YAMLEq"
        | b"ElementsMatch"
        | b"Same"
        | b"EqualExportedValues" => Form::Equal,
        b"DeepEqual" | b"Eq" => Form::EqualGotFirst,
        b"NotEqual" | b"NotEqualValues" | b"NotSame" => Form::Unequal,
        b"InDelta" | b"InEpsilon" | b"WithinDuration" | b"InDeltaSlice" | b"InDeltaMapValues" | b"InEpsilonSlice" => {
            Form::Near
        }
        b"True" => Form::True(true),
        b"False" => Form::True(false),
        b"Nil" | b"NoError" | b"NilError" | b"NoErr" => Form::Nothing,
        b"NotNil" | b"Error" | b"NotEmpty" | b"NotPanics" | b"NotZero" | b"FileExists" | b"DirExists"
        | b"NoFileExists" | b"NoDirExists" | b"Panics" | b"Err" => Form::Truthy,
        b"Empty" | b"Zero" => Form::One,
        b"Contains" | b"NotContains" | b"Len" | b"Greater" | b"GreaterOrEqual" | b"Less" | b"LessOrEqual"
        | b"ErrorIs" | b"NotErrorIs" | b"ErrorAs" | b"ErrorContains" | b"Subset" | b"NotSubset" | b"ErrorType"
        | b"Positive" | b"Negative" | b"IsIncreasing" | b"IsDecreasing" | b"IsNonDecreasing" | b"WithinRange" => {
            Form::Range
        }
        b"Regexp" | b"NotRegexp" | b"IsType" | b"Implements" | b"PanicsWithValue" | b"PanicsWithError" => Form::Behaves,
        b"EqualError" => Form::Exact,
        b"Assert" | b"Check" | b"That" => Form::Checker,
        b"Fail" | b"FailNow" => Form::Fail,
        b"Eventually" | b"Never" | b"Condition" | b"Eventuallyf" | b"EventuallyWithT" => Form::Truthy,
        _ => return None,
    })
}

/// How much a matcher of gomega pins down.
pub(super) fn gomega(name: &[u8]) -> Strength {
    match name {
        b"Equal" | b"BeEquivalentTo" | b"BeIdenticalTo" | b"BeComparableTo" | b"MatchJSON" | b"MatchYAML"
        | b"MatchXML" | b"ConsistOf" | b"HaveExactElements" | b"BeEmpty" | b"BeZero" | b"HaveValue" => Strength::Exact,
        b"BeTrue" | b"BeFalse" | b"BeTrueBecause" | b"BeFalseBecause" | b"BeNil" | b"Succeed" | b"HaveOccurred"
        | b"Panic" | b"BeClosed" | b"Receive" | b"BeAnExistingFile" | b"BeADirectory" | b"BeARegularFile" => {
            Strength::Truthy
        }
        b"MatchError"
        | b"ContainElement"
        | b"ContainElements"
        | b"ContainSubstring"
        | b"HaveLen"
        | b"HaveCap"
        | b"HaveKey"
        | b"HaveKeyWithValue"
        | b"HavePrefix"
        | b"HaveSuffix"
        | b"MatchRegexp"
        | b"BeTemporally"
        | b"BeAssignableToTypeOf"
        | b"BeElementOf"
        | b"BeKeyOf"
        | b"HaveField"
        | b"Satisfy"
        | b"PanicWith"
        | b"HaveHTTPStatus" => Strength::Range,
        _ => Strength::Unknown,
    }
}

/// Packages of the standard library that tests reach for to set the scene and to read what came of it.
pub(super) fn is_standard(name: &[u8]) -> bool {
    matches!(
        name,
        b"os"
            | b"io"
            | b"ioutil"
            | b"filepath"
            | b"exec"
            | b"json"
            | b"xml"
            | b"gob"
            | b"base64"
            | b"hex"
            | b"time"
            | b"url"
            | b"net"
            | b"http"
            | b"sql"
            | b"strconv"
            | b"syscall"
            | b"runtime"
            | b"user"
            | b"template"
            | b"regexp"
            | b"gzip"
            | b"zip"
            | b"tar"
            | b"csv"
            | b"pem"
            | b"x509"
            | b"tls"
            | b"rsa"
            | b"ecdsa"
            | b"ed25519"
            | b"rand"
    )
}
