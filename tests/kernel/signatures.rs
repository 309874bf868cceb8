//! The sources that types are inferred from.

use super::{python, root};
use std::path::Path;

/// What `trim` leaves of a source.
fn trimmed(source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("source.rs");
    std::fs::write(&file, source).unwrap();
    let program = "import sys, trim; print(trim.trim(open(sys.argv[1]).read()), end='')";
    let (passed, text) = python(&[Path::new("-c"), Path::new(program), &file]);
    assert!(passed, "{text}");
    text
}

#[test]
fn bodies_comments_and_private_functions_go_and_signatures_stay() {
    let left = trimmed(
        "/// Words.\n#[inline]\n#[lang = \"thing\"]\npub fn shown(x: &[u8; { 3 }]) -> char { '{' /* } */ }\n\
         fn hidden() {}\npub(crate) fn inner() {}\npub const WIDTH: usize = 8;\nmod tests { fn t() {} }\n",
    );
    assert_eq!(
        left,
        "#[lang = \"thing\"]\npub fn shown(x: &[u8; { 3 }]) -> char{}\npub const WIDTH: usize = 8;\n"
    );
}

#[test]
fn impls_of_traits_stay_whole_and_inherent_ones_keep_what_is_public() {
    let left = trimmed(
        "impl<T> Iterator for Walk<T> where T: Copy { type Item = T; fn next(&mut self) -> Option<T> { None } }\n\
         impl Walk<u8> { fn own(&self) {} }\nimpl Walk<i8> { pub fn len(&self) -> usize { 1 } }\n",
    );
    assert!(left.contains("type Item = T;\nfn next(&mut self) -> Option<T>{}"), "{left}");
    assert!(!left.contains("Walk<u8>"), "an impl that is empty says nothing: {left}");
    assert!(left.contains("pub fn len(&self) -> usize{}"), "{left}");
}

#[test]
fn private_fields_are_hidden_but_parameters_stay_bound() {
    let left = trimmed(
        "pub struct Map<'a, K: 'a, V = u8, const N: usize> { base: other::Map<K, V>, pub len: usize }\n\
         pub struct Both(pub u8, u8);\npub enum Kind { #[stable] A(u8), B { x: u8 } }\n",
    );
    for kept in
        ["pub len: usize", "#[doc(hidden)] pub __0: &'a ()", "pub __1: K", "pub __2: V", "pub __3: [(); N]"]
    {
        assert!(left.contains(kept), "{kept} in {left}");
    }
    assert!(!left.contains("base"), "{left}");
    assert!(left.contains("pub struct Both(pub u8, u8);") && left.contains("B { x: u8 }"), "{left}");
}

#[test]
fn only_exported_macros_stay() {
    let left = trimmed(
        "macro_rules! own { () => {} }\n#[macro_export]\nmacro_rules! shown { ($x:expr) => { $x } }\n",
    );
    assert_eq!(left, "#[macro_export]\nmacro_rules! shown { ($x:expr) => { $x } }\n");
}

#[test]
fn the_signatures_are_of_this_toolchain_and_say_from_which_source() {
    let marker = root().join(".signatures/std/made.json");
    let text = std::fs::read_to_string(&marker).expect("`make setup` makes the signatures of std");
    let found: dvol::serde_json::Value = dvol::serde_json::from_str(&text).unwrap();
    let output = std::process::Command::new("rustc").arg("--version").output().unwrap();
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(version.contains(found["release"].as_str().unwrap()), "{found} is not of {version}");
    assert!(!found["source"].as_str().unwrap().is_empty());
}
