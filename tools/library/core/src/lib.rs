//! Signatures of `core` that types of variables in cells depend on: what the kernel reads when the toolchain comes
//! without the sources of its standard library. Nothing here is ever compiled.
#![feature(lang_items, no_core, decl_macro, prelude_import, rustc_attrs)]
#![no_core]
#![rustc_coherence_is_core]

#[prelude_import]
use prelude::rust_2024::*;

pub mod prelude {
    pub mod v1 {
        pub use crate::clone::Clone;
        pub use crate::cmp::{Eq, Ord, PartialEq, PartialOrd};
        pub use crate::convert::{AsMut, AsRef, From, Into, TryFrom, TryInto};
        pub use crate::default::Default;
        pub use crate::iter::{DoubleEndedIterator, ExactSizeIterator, Extend, FromIterator, IntoIterator, Iterator};
        pub use crate::macros::{Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd};
        pub use crate::marker::{Copy, Send, Sized, Sync, Unpin};
        pub use crate::ops::{Drop, Fn, FnMut, FnOnce};
        pub use crate::option::Option::{self, None, Some};
        pub use crate::result::Result::{self, Err, Ok};
    }
    pub mod rust_2015 { pub use super::v1::*; }
    pub mod rust_2018 { pub use super::v1::*; }
    pub mod rust_2021 { pub use super::v1::*; }
    pub mod rust_2024 { pub use super::v1::*; }
}

pub mod macros {
    #[rustc_builtin_macro]
    pub macro Clone($item:item) {}
    #[rustc_builtin_macro]
    pub macro Copy($item:item) {}
    #[rustc_builtin_macro]
    pub macro Debug($item:item) {}
    #[rustc_builtin_macro]
    pub macro Default($item:item) {}
    #[rustc_builtin_macro]
    pub macro Eq($item:item) {}
    #[rustc_builtin_macro]
    pub macro Hash($item:item) {}
    #[rustc_builtin_macro]
    pub macro Ord($item:item) {}
    #[rustc_builtin_macro]
    pub macro PartialEq($item:item) {}
    #[rustc_builtin_macro]
    pub macro PartialOrd($item:item) {}
}

pub mod marker {
    #[lang = "sized"]
    pub trait Sized {}
    #[lang = "copy"]
    pub trait Copy: Clone {}
    pub unsafe auto trait Send {}
    #[lang = "sync"]
    pub unsafe auto trait Sync {}
    #[lang = "unpin"]
    pub auto trait Unpin {}
    #[lang = "phantom_data"]
    pub struct PhantomData<T: ?Sized>;
    macro_rules! copies { ($($t:ty)*) => { $(impl Copy for $t {})* } }
    copies! { bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }
    impl<T: ?Sized> Copy for &T {}
}

pub mod clone {
    #[lang = "clone"]
    pub trait Clone: Sized {
        fn clone(&self) -> Self;
    }
    macro_rules! clones { ($($t:ty)*) => { $(impl Clone for $t { fn clone(&self) -> Self { loop {} } })* } }
    clones! { bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }
    impl<T: ?Sized> Clone for &T {
        fn clone(&self) -> Self { loop {} }
    }
}

pub mod cmp {
    pub enum Ordering { Less = -1, Equal = 0, Greater = 1 }
    #[lang = "eq"]
    pub trait PartialEq<Rhs: ?Sized = Self> {
        fn eq(&self, other: &Rhs) -> bool;
        fn ne(&self, other: &Rhs) -> bool { loop {} }
    }
    pub trait Eq: PartialEq<Self> {}
    #[lang = "partial_ord"]
    pub trait PartialOrd<Rhs: ?Sized = Self>: PartialEq<Rhs> {
        fn partial_cmp(&self, other: &Rhs) -> Option<Ordering>;
    }
    pub trait Ord: Eq + PartialOrd<Self> {
        fn cmp(&self, other: &Self) -> Ordering;
        fn max(self, other: Self) -> Self where Self: Sized { loop {} }
        fn min(self, other: Self) -> Self where Self: Sized { loop {} }
    }
}

pub mod convert {
    pub enum Infallible {}
    pub trait AsRef<T: ?Sized> {
        fn as_ref(&self) -> &T;
    }
    pub trait AsMut<T: ?Sized> {
        fn as_mut(&mut self) -> &mut T;
    }
    #[lang = "From"]
    pub trait From<T>: Sized {
        fn from(value: T) -> Self;
    }
    pub trait Into<T>: Sized {
        fn into(self) -> T;
    }
    pub trait TryFrom<T>: Sized {
        type Error;
        fn try_from(value: T) -> Result<Self, Self::Error>;
    }
    pub trait TryInto<T>: Sized {
        type Error;
        fn try_into(self) -> Result<T, Self::Error>;
    }
    impl<T> From<T> for T {
        fn from(value: T) -> T { value }
    }
    impl<T, U: From<T>> Into<U> for T {
        fn into(self) -> U { loop {} }
    }
}

pub mod default {
    pub trait Default: Sized {
        fn default() -> Self;
    }
}

pub mod fmt {
    pub struct Error;
    pub type Result = crate::result::Result<(), Error>;
    pub struct Formatter<'a>(&'a ());
    pub struct Arguments<'a>(&'a ());
    pub trait Debug {
        fn fmt(&self, f: &mut Formatter<'_>) -> Result;
    }
    pub trait Display {
        fn fmt(&self, f: &mut Formatter<'_>) -> Result;
    }
}

pub mod hash {
    pub trait Hasher {}
    pub trait Hash {
        fn hash<H: Hasher>(&self, state: &mut H);
    }
}

pub mod error {
    pub trait Error: crate::fmt::Debug + crate::fmt::Display {}
}

pub mod str {
    pub trait FromStr: Sized {
        type Err;
        fn from_str(s: &str) -> Result<Self, Self::Err>;
    }
    macro_rules! parses { ($($t:ty)*) => { $(impl FromStr for $t {
        type Err = ();
        fn from_str(s: &str) -> Result<Self, ()> { loop {} }
    })* } }
    parses! { bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }
    impl str {
        pub fn len(&self) -> usize { loop {} }
        pub fn is_empty(&self) -> bool { loop {} }
        pub fn trim(&self) -> &str { loop {} }
        pub fn contains(&self, pattern: &str) -> bool { loop {} }
        pub fn starts_with(&self, pattern: &str) -> bool { loop {} }
        pub fn parse<F: FromStr>(&self) -> Result<F, F::Err> { loop {} }
    }
}

pub mod num {
    macro_rules! numbers { ($($t:ident)*) => { $(impl $t {
        pub const MAX: $t = 0 as $t;
        pub const MIN: $t = 0 as $t;
        pub fn abs(self) -> $t { loop {} }
        pub fn max(self, other: $t) -> $t { loop {} }
        pub fn min(self, other: $t) -> $t { loop {} }
        pub fn clamp(self, low: $t, high: $t) -> $t { loop {} }
    })* } }
    numbers! { f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }
    macro_rules! floats { ($($t:ident)*) => { $(impl $t {
        pub const NAN: $t = 0.0;
        pub const INFINITY: $t = 0.0;
        pub fn sqrt(self) -> $t { loop {} }
        pub fn ln(self) -> $t { loop {} }
        pub fn exp(self) -> $t { loop {} }
        pub fn sin(self) -> $t { loop {} }
        pub fn tanh(self) -> $t { loop {} }
        pub fn log10(self) -> $t { loop {} }
        pub fn total_cmp(&self, other: &$t) -> crate::cmp::Ordering { loop {} }
        pub fn cos(self) -> $t { loop {} }
        pub fn powi(self, n: i32) -> $t { loop {} }
        pub fn powf(self, n: $t) -> $t { loop {} }
        pub fn floor(self) -> $t { loop {} }
        pub fn ceil(self) -> $t { loop {} }
        pub fn round(self) -> $t { loop {} }
        pub fn is_nan(self) -> bool { loop {} }
        pub fn is_finite(self) -> bool { loop {} }
    })* } }
    floats! { f32 f64 }
    macro_rules! widens { ($($from:ty => $to:ty)*) => { $(impl From<$from> for $to { fn from(value: $from) -> $to { loop {} } })* } }
    widens! { i32 => f64 u32 => f64 f32 => f64 i32 => i64 u32 => u64 u8 => f64 u16 => f64 u32 => i64 }
}

pub mod slice {
    pub struct Iter<'a, T>(&'a T);
    impl<'a, T> Iterator for Iter<'a, T> {
        type Item = &'a T;
        fn next(&mut self) -> Option<&'a T> { loop {} }
    }
    impl<T> [T] {
        pub fn len(&self) -> usize { loop {} }
        pub fn is_empty(&self) -> bool { loop {} }
        pub fn iter(&self) -> Iter<'_, T> { loop {} }
        pub fn first(&self) -> Option<&T> { loop {} }
        pub fn last(&self) -> Option<&T> { loop {} }
        pub fn get(&self, index: usize) -> Option<&T> { loop {} }
        pub fn contains(&self, value: &T) -> bool { loop {} }
        pub fn swap(&mut self, a: usize, b: usize) {}
        pub fn windows(&self, size: usize) -> Windows<'_, T> { loop {} }
        pub fn chunks(&self, size: usize) -> Windows<'_, T> { loop {} }
    }
    pub struct Windows<'a, T>(&'a T);
    impl<'a, T> Iterator for Windows<'a, T> {
        type Item = &'a [T];
        fn next(&mut self) -> Option<&'a [T]> { loop {} }
    }
    impl<'a, T> IntoIterator for &'a [T] {
        type Item = &'a T;
        type IntoIter = Iter<'a, T>;
        fn into_iter(self) -> Iter<'a, T> { loop {} }
    }
}

pub mod option;
pub mod result;
pub mod iter;
pub mod ops;
