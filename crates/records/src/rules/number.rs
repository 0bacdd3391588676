//! Numbers in rules: exact, or none at all.

use sutra_kernel::Decimal;

/// A number that the parser read as a binary fraction: the shortest decimal number that stands for it.
pub(super) fn literal(read: f64) -> Option<Decimal> {
    Decimal::from_str_exact(&read.to_string()).ok()
}

/// The sum; nothing if it cannot be held exactly.
pub(super) fn sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let scale = a.scale().max(b.scale());
    whole(counted(a, scale)?.checked_add(counted(b, scale)?)?, scale)
}

/// The difference; nothing if it cannot be held exactly.
pub(super) fn difference(a: Decimal, b: Decimal) -> Option<Decimal> {
    sum(a, -b)
}

/// The product; nothing if it cannot be held exactly.
pub(super) fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    whole(a.mantissa().checked_mul(b.mantissa())?, a.scale().checked_add(b.scale())?)
}

/// How many units of its last digit a number is, if it has so many digits after the point.
fn counted(number: Decimal, scale: u32) -> Option<i128> {
    let zeros = 10_i128.checked_pow(scale.checked_sub(number.scale())?)?;
    number.mantissa().checked_mul(zeros)
}

/// A number of such units, if it fits without the zeros at its end.
fn whole(mut count: i128, mut scale: u32) -> Option<Decimal> {
    while scale > 0 && count % 10 == 0 {
        (count, scale) = (count / 10, scale - 1);
    }
    Decimal::try_from_i128_with_scale(count, scale).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number() -> impl Strategy<Value = Decimal> {
        (any::<i128>(), 0_u32..=28).prop_filter_map("fits", |(count, scale)| {
            Decimal::try_from_i128_with_scale(count >> 32, scale).ok()
        })
    }

    fn small() -> impl Strategy<Value = Decimal> {
        (any::<i32>(), 0_u32..=5).prop_map(|(count, scale)| Decimal::new(i64::from(count), scale))
    }

    proptest! {
        #[test]
        fn what_is_added_can_be_taken_away(a in number(), b in number()) {
            if let Some(sum) = sum(a, b) {
                prop_assert_eq!(difference(sum, b), Some(a));
            }
        }

        #[test]
        fn small_numbers_are_reckoned_as_everywhere(a in small(), b in small()) {
            prop_assert_eq!(sum(a, b), a.checked_add(b));
            prop_assert_eq!(difference(a, b), a.checked_sub(b));
            prop_assert_eq!(product(a, b), a.checked_mul(b));
        }
    }

    #[test]
    fn zeros_at_the_end_take_no_room() {
        assert_eq!(product(Decimal::new(5, 28), Decimal::new(2, 1)), Some(Decimal::new(1, 28)));
    }

    #[test]
    fn what_would_be_rounded_is_no_number() {
        let (large, tiny) = (Decimal::MAX, Decimal::new(1, 28));
        assert_eq!(sum(large, tiny), None);
        assert_eq!(difference(large, tiny), None);
        assert_eq!(product(tiny, tiny), None);
        assert_eq!(product(large, large), None);
        assert_eq!(literal(1e300), None);
    }
}
