//! Signatures of `core::ops`.

#[lang = "Try"]
pub trait Try: FromResidual {
    type Output;
    type Residual;
    #[lang = "from_output"]
    fn from_output(output: Self::Output) -> Self;
    #[lang = "branch"]
    fn branch(self) -> ControlFlow<Self::Residual, Self::Output>;
}

#[lang = "FromResidual"]
pub trait FromResidual<R = <Self as Try>::Residual> {
    #[lang = "from_residual"]
    fn from_residual(residual: R) -> Self;
}

#[lang = "ControlFlow"]
pub enum ControlFlow<B, C = ()> {
    #[lang = "Continue"]
    Continue(C),
    #[lang = "Break"]
    Break(B),
}

#[lang = "deref"]
pub trait Deref {
    #[lang = "deref_target"]
    type Target: ?Sized;
    fn deref(&self) -> &Self::Target;
}
#[lang = "deref_mut"]
pub trait DerefMut: Deref {
    fn deref_mut(&mut self) -> &mut Self::Target;
}
impl<T: ?Sized> Deref for &T {
    type Target = T;
    fn deref(&self) -> &T { loop {} }
}
#[lang = "drop"]
pub trait Drop {
    fn drop(&mut self);
}
#[lang = "index"]
pub trait Index<I: ?Sized> {
    type Output: ?Sized;
    fn index(&self, index: I) -> &Self::Output;
}
#[lang = "index_mut"]
pub trait IndexMut<I: ?Sized>: Index<I> {
    fn index_mut(&mut self, index: I) -> &mut Self::Output;
}
impl<T> Index<usize> for [T] {
    type Output = T;
    fn index(&self, index: usize) -> &T { loop {} }
}
impl<T> Index<Range<usize>> for [T] {
    type Output = [T];
    fn index(&self, index: Range<usize>) -> &[T] { loop {} }
}

#[lang = "fn_once"]
#[rustc_paren_sugar]
pub trait FnOnce<Args> {
    #[lang = "fn_once_output"]
    type Output;
    extern "rust-call" fn call_once(self, args: Args) -> Self::Output;
}
#[lang = "fn_mut"]
#[rustc_paren_sugar]
pub trait FnMut<Args>: FnOnce<Args> {
    extern "rust-call" fn call_mut(&mut self, args: Args) -> Self::Output;
}
#[lang = "fn"]
#[rustc_paren_sugar]
pub trait Fn<Args>: FnMut<Args> {
    extern "rust-call" fn call(&self, args: Args) -> Self::Output;
}

macro_rules! operators { ($($name:literal $trait:ident $method:ident)*) => { $(
    #[lang = $name]
    pub trait $trait<Rhs = Self> {
        type Output;
        fn $method(self, rhs: Rhs) -> Self::Output;
    }
    operators! { @ $trait $method f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }
)* };
(@ $trait:ident $method:ident $($t:ty)*) => { $(
    impl $trait<$t> for $t { type Output = $t; fn $method(self, rhs: $t) -> $t { loop {} } }
    impl $trait<&$t> for $t { type Output = $t; fn $method(self, rhs: &$t) -> $t { loop {} } }
    impl $trait<$t> for &$t { type Output = $t; fn $method(self, rhs: $t) -> $t { loop {} } }
    impl $trait<&$t> for &$t { type Output = $t; fn $method(self, rhs: &$t) -> $t { loop {} } }
)* } }
operators! { "add" Add add "sub" Sub sub "mul" Mul mul "div" Div div "rem" Rem rem }

#[lang = "neg"]
pub trait Neg {
    type Output;
    fn neg(self) -> Self::Output;
}
impl Neg for f64 { type Output = f64; fn neg(self) -> f64 { loop {} } }
impl Neg for i32 { type Output = i32; fn neg(self) -> i32 { loop {} } }
#[lang = "not"]
pub trait Not {
    type Output;
    fn not(self) -> Self::Output;
}
impl Not for bool { type Output = bool; fn not(self) -> bool { loop {} } }

#[lang = "Range"]
pub struct Range<Idx> {
    pub start: Idx,
    pub end: Idx,
}
#[lang = "RangeInclusive"]
pub struct RangeInclusive<Idx> {
    pub start: Idx,
    pub end: Idx,
    exhausted: bool,
}
macro_rules! counts { ($($t:ty)*) => { $(
    impl Iterator for Range<$t> { type Item = $t; fn next(&mut self) -> Option<$t> { loop {} } }
    impl Iterator for RangeInclusive<$t> { type Item = $t; fn next(&mut self) -> Option<$t> { loop {} } }
)* } }
counts! { i32 i64 u32 u64 usize }
