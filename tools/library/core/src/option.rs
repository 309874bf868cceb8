//! Signatures of `core::option`.
use crate::ops::{ControlFlow, FromResidual, Try};

#[lang = "Option"]
pub enum Option<T> {
    #[lang = "None"]
    None,
    #[lang = "Some"]
    Some(T),
}

impl<T> Option<T> {
    pub fn is_some(&self) -> bool { loop {} }
    pub fn is_none(&self) -> bool { loop {} }
    pub fn as_ref(&self) -> Option<&T> { loop {} }
    pub fn take(&mut self) -> Option<T> { loop {} }
    pub fn map_or<U, F: FnOnce(T) -> U>(self, default: U, f: F) -> U { loop {} }
    pub fn unwrap(self) -> T { loop {} }
    pub fn expect(self, message: &str) -> T { loop {} }
    pub fn unwrap_or(self, other: T) -> T { loop {} }
    pub fn unwrap_or_default(self) -> T where T: Default { loop {} }
    pub fn unwrap_or_else<F: FnOnce() -> T>(self, f: F) -> T { loop {} }
    pub fn map<U, F: FnOnce(T) -> U>(self, f: F) -> Option<U> { loop {} }
    pub fn and_then<U, F: FnOnce(T) -> Option<U>>(self, f: F) -> Option<U> { loop {} }
    pub fn filter<F: FnOnce(&T) -> bool>(self, f: F) -> Option<T> { loop {} }
    pub fn ok_or<E>(self, error: E) -> Result<T, E> { loop {} }
    pub fn ok_or_else<E, F: FnOnce() -> E>(self, f: F) -> Result<T, E> { loop {} }
}

impl<T: Clone> Option<&T> {
    pub fn cloned(self) -> Option<T> { loop {} }
    pub fn copied(self) -> Option<T> { loop {} }
}

impl<T> Try for Option<T> {
    type Output = T;
    type Residual = Option<crate::convert::Infallible>;
    fn from_output(output: T) -> Self { loop {} }
    fn branch(self) -> ControlFlow<Self::Residual, T> { loop {} }
}

impl<T> FromResidual<Option<crate::convert::Infallible>> for Option<T> {
    fn from_residual(residual: Option<crate::convert::Infallible>) -> Self { loop {} }
}
