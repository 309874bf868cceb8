//! Several values that show themselves, in one cell: each below the one before.

use super::display::Shown;

/// What shows where there is nothing, as `Debug` would.
const NONE: &str = "None";
const EMPTY: &str = "[]";
/// Between two texts.
const APART: &str = "\n\n";

impl<T: Shown + ?Sized> Shown for &T {
    fn html(&self) -> String {
        (**self).html()
    }

    fn text(&self) -> String {
        (**self).text()
    }
}

impl<T: Shown> Shown for Option<T> {
    fn html(&self) -> String {
        self.as_ref().map_or_else(|| NONE.to_owned(), Shown::html)
    }

    fn text(&self) -> String {
        self.as_ref().map_or_else(|| NONE.to_owned(), Shown::text)
    }
}

impl<T: Shown> Shown for [T] {
    fn html(&self) -> String {
        if self.is_empty() { EMPTY.to_owned() } else { self.iter().map(Shown::html).collect() }
    }

    fn text(&self) -> String {
        let parts: Vec<String> = self.iter().map(Shown::text).collect();
        if parts.is_empty() { EMPTY.to_owned() } else { parts.join(APART) }
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn html(&self) -> String {
        self.as_slice().html()
    }

    fn text(&self) -> String {
        self.as_slice().text()
    }
}

impl<T: Shown, const N: usize> Shown for [T; N] {
    fn html(&self) -> String {
        self.as_slice().html()
    }

    fn text(&self) -> String {
        self.as_slice().text()
    }
}

macro_rules! tuples {
    ($($($kind:ident . $place:tt)+),+ $(,)?) => {$(
        impl<$($kind: Shown),+> Shown for ($($kind,)+) {
            fn html(&self) -> String {
                [$(self.$place.html()),+].concat()
            }

            fn text(&self) -> String {
                [$(self.$place.text()),+].join(APART)
            }
        }
    )+};
}

tuples!(A.0 B.1, A.0 B.1 C.2, A.0 B.1 C.2 D.3);
