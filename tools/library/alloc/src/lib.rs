//! Signatures of `alloc`: see `core` beside it.
#![feature(lang_items, rustc_attrs)]
#![no_std]

#[macro_export]
macro_rules! vec {
    () => { $crate::vec::Vec::new() };
    ($element:expr; $n:expr) => { $crate::vec::from_elem($element, $n) };
    ($($x:expr),+ $(,)?) => { $crate::vec::from_array([$($x),+]) };
}

pub mod boxed {
    #[lang = "owned_box"]
    pub struct Box<T: ?Sized>(*const T);
    impl<T> Box<T> {
        pub fn new(value: T) -> Self { loop {} }
    }
    impl<T: ?Sized> core::ops::Deref for Box<T> {
        type Target = T;
        fn deref(&self) -> &T { loop {} }
    }
}

pub mod borrow {
    pub trait ToOwned {
        type Owned;
        fn to_owned(&self) -> Self::Owned;
    }
    impl ToOwned for str {
        type Owned = crate::string::String;
        fn to_owned(&self) -> crate::string::String { loop {} }
    }
    pub enum Cow<'a, B: ?Sized + ToOwned> { Borrowed(&'a B), Owned(<B as ToOwned>::Owned) }
}

pub mod string {
    #[lang = "String"]
    pub struct String(crate::vec::Vec<u8>);
    impl String {
        pub fn new() -> Self { loop {} }
        pub fn push_str(&mut self, text: &str) {}
        pub fn as_str(&self) -> &str { loop {} }
    }
    impl core::ops::Deref for String {
        type Target = str;
        fn deref(&self) -> &str { loop {} }
    }
    impl core::clone::Clone for String {
        fn clone(&self) -> Self { loop {} }
    }
    impl core::convert::From<&str> for String {
        fn from(value: &str) -> Self { loop {} }
    }
    pub trait ToString {
        fn to_string(&self) -> String;
    }
    impl<T: core::fmt::Display + ?Sized> ToString for T {
        fn to_string(&self) -> String { loop {} }
    }
}

pub mod vec {
    pub struct Vec<T>(*const T);
    impl<T> Vec<T> {
        pub fn new() -> Self { loop {} }
        pub fn len(&self) -> usize { loop {} }
        pub fn is_empty(&self) -> bool { loop {} }
        pub fn push(&mut self, value: T) {}
        pub fn extend<I: core::iter::IntoIterator<Item = T>>(&mut self, values: I) {}
        pub fn truncate(&mut self, length: usize) {}
        pub fn pop(&mut self) -> core::option::Option<T> { loop {} }
    }
    pub fn from_elem<T>(element: T, n: usize) -> Vec<T> { loop {} }
    pub fn from_array<T, const N: usize>(elements: [T; N]) -> Vec<T> { loop {} }
    impl<T> core::ops::Deref for Vec<T> {
        type Target = [T];
        fn deref(&self) -> &[T] { loop {} }
    }
    impl<T: core::clone::Clone> core::clone::Clone for Vec<T> {
        fn clone(&self) -> Self { loop {} }
    }
    impl<T> core::ops::Index<usize> for Vec<T> {
        type Output = T;
        fn index(&self, index: usize) -> &T { loop {} }
    }
    pub struct IntoIter<T>(*const T);
    impl<T> core::iter::Iterator for IntoIter<T> {
        type Item = T;
        fn next(&mut self) -> core::option::Option<T> { loop {} }
    }
    impl<T> core::iter::IntoIterator for Vec<T> {
        type Item = T;
        type IntoIter = IntoIter<T>;
        fn into_iter(self) -> IntoIter<T> { loop {} }
    }
    impl<'a, T> core::iter::IntoIterator for &'a Vec<T> {
        type Item = &'a T;
        type IntoIter = core::slice::Iter<'a, T>;
        fn into_iter(self) -> core::slice::Iter<'a, T> { loop {} }
    }
    impl<T> core::iter::FromIterator<T> for Vec<T> {
        fn from_iter<I: core::iter::IntoIterator<Item = T>>(iter: I) -> Self { loop {} }
    }
}

pub mod slice {
    impl<T> [T] {
        #[rustc_allow_incoherent_impl]
        pub fn to_vec(&self) -> crate::vec::Vec<T> where T: core::clone::Clone { loop {} }
        #[rustc_allow_incoherent_impl]
        pub fn concat(&self) -> T where T: core::clone::Clone { loop {} }
    }
}

pub mod sync {
    pub struct Arc<T: ?Sized>(*const T);
    impl<T> Arc<T> {
        pub fn new(value: T) -> Self { loop {} }
    }
    impl<T: ?Sized> core::ops::Deref for Arc<T> {
        type Target = T;
        fn deref(&self) -> &T { loop {} }
    }
}

pub mod collections {
    pub struct BTreeMap<K, V>(*const K, *const V);
    impl<K, V> BTreeMap<K, V> {
        pub fn new() -> Self { loop {} }
        pub fn len(&self) -> usize { loop {} }
        pub fn get(&self, key: &K) -> core::option::Option<&V> { loop {} }
    }
}
