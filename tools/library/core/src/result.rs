//! Signatures of `core::result`.
use crate::convert::Infallible;
use crate::ops::{ControlFlow, FromResidual, Try};

#[lang = "Result"]
pub enum Result<T, E> {
    #[lang = "Ok"]
    Ok(T),
    #[lang = "Err"]
    Err(E),
}

impl<T, E> Result<T, E> {
    pub fn is_ok(&self) -> bool { loop {} }
    pub fn is_err(&self) -> bool { loop {} }
    pub fn ok(self) -> Option<T> { loop {} }
    pub fn err(self) -> Option<E> { loop {} }
    pub fn as_ref(&self) -> Result<&T, &E> { loop {} }
    pub fn unwrap(self) -> T { loop {} }
    pub fn unwrap_err(self) -> E { loop {} }
    pub fn expect(self, message: &str) -> T { loop {} }
    pub fn unwrap_or(self, other: T) -> T { loop {} }
    pub fn unwrap_or_default(self) -> T where T: Default { loop {} }
    pub fn unwrap_or_else<F: FnOnce(E) -> T>(self, f: F) -> T { loop {} }
    pub fn map<U, F: FnOnce(T) -> U>(self, f: F) -> Result<U, E> { loop {} }
    pub fn map_err<O, F: FnOnce(E) -> O>(self, f: F) -> Result<T, O> { loop {} }
    pub fn and_then<U, F: FnOnce(T) -> Result<U, E>>(self, f: F) -> Result<U, E> { loop {} }
}

impl<T, E> Try for Result<T, E> {
    type Output = T;
    type Residual = Result<Infallible, E>;
    fn from_output(output: T) -> Self { loop {} }
    fn branch(self) -> ControlFlow<Self::Residual, T> { loop {} }
}

impl<T, E, F: From<E>> FromResidual<Result<Infallible, E>> for Result<T, F> {
    fn from_residual(residual: Result<Infallible, E>) -> Self { loop {} }
}
