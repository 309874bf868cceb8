//! Signatures of `std`: see `core` beside it.
#![no_std]
extern crate alloc as alloc_crate;

pub use alloc_crate::{borrow, boxed, string, sync, vec};
pub use core::{clone, cmp, convert, default, error, fmt, hash, iter, marker, num, ops, option, result, slice, str};

pub mod prelude {
    pub mod v1 {
        pub use alloc_crate::borrow::ToOwned;
        pub use alloc_crate::boxed::Box;
        pub use alloc_crate::string::{String, ToString};
        pub use alloc_crate::vec::Vec;
        pub use crate::{assert, assert_eq, eprintln, format, panic, print, println, vec};
        pub use core::prelude::v1::*;
    }
    pub mod rust_2015 { pub use super::v1::*; }
    pub mod rust_2018 { pub use super::v1::*; }
    pub mod rust_2021 { pub use super::v1::*; }
    pub mod rust_2024 { pub use super::v1::*; }
}

pub mod collections {
    pub use alloc_crate::collections::BTreeMap;
    pub struct HashMap<K, V>(*const K, *const V);
    impl<K, V> HashMap<K, V> {
        pub fn new() -> Self { loop {} }
        pub fn len(&self) -> usize { loop {} }
        pub fn get(&self, key: &K) -> Option<&V> { loop {} }
    }
}

pub mod path {
    pub struct Path(str);
    pub struct PathBuf(alloc_crate::string::String);
    impl Path {
        pub fn new<S: AsRef<Path> + ?Sized>(path: &S) -> &Path { loop {} }
        pub fn join<P: AsRef<Path>>(&self, path: P) -> PathBuf { loop {} }
        pub fn exists(&self) -> bool { loop {} }
    }
    impl core::ops::Deref for PathBuf {
        type Target = Path;
        fn deref(&self) -> &Path { loop {} }
    }
    impl AsRef<Path> for Path {
        fn as_ref(&self) -> &Path { loop {} }
    }
    impl AsRef<Path> for PathBuf {
        fn as_ref(&self) -> &Path { loop {} }
    }
    impl AsRef<Path> for str {
        fn as_ref(&self) -> &Path { loop {} }
    }
    impl AsRef<Path> for alloc_crate::string::String {
        fn as_ref(&self) -> &Path { loop {} }
    }
    impl<T: ?Sized, U: ?Sized + AsRef<T>> AsRef<T> for &U {
        fn as_ref(&self) -> &T { loop {} }
    }
}

pub mod time {
    pub struct Duration(u64);
    pub struct Instant(u64);
    impl Duration {
        pub fn from_secs(seconds: u64) -> Self { loop {} }
        pub fn as_secs_f64(&self) -> f64 { loop {} }
    }
    impl Instant {
        pub fn now() -> Self { loop {} }
        pub fn elapsed(&self) -> Duration { loop {} }
    }
}

#[macro_export]
macro_rules! println { ($($x:tt)*) => { () }; }
#[macro_export]
macro_rules! eprintln { ($($x:tt)*) => { () }; }
#[macro_export]
macro_rules! print { ($($x:tt)*) => { () }; }
#[macro_export]
macro_rules! format { ($($x:tt)*) => { $crate::string::String::new() }; }
#[macro_export]
macro_rules! assert { ($($x:tt)*) => { () }; }
#[macro_export]
macro_rules! assert_eq { ($($x:tt)*) => { () }; }
#[macro_export]
macro_rules! panic { ($($x:tt)*) => { loop {} }; }
