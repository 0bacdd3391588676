//! From the text of an expression to its syntax tree.
//!
//! The parser is not ours, so it gets nothing large enough to exhaust it: the decision about it tells how that was
//! measured.

use std::panic::catch_unwind;

use cel::{
    common::ast::Expr,
    parser::{ParseErrors, PrattParser},
};

use super::RuleError;

const CHARS: usize = 1_000;
/// Bounds how deep and how wide a tree can be: nearly everything that makes one larger is such a character.
const MARKS: usize = 200;
const NESTING: u16 = 24;
/// The parser reads `1.5` as a binary fraction. Up to this many digits, the shortest decimal number for it is what was
/// written.
const DIGITS: usize = 15;

/// Reads an expression.
pub(super) fn parse(source: &str) -> Result<Expr, RuleError> {
    check_size(source)?;
    // The one thing here that could panic is somebody else's code; in a second line of defence, that is no answer too.
    let parsed = catch_unwind(|| PrattParser::new().max_recursion_depth(NESTING).parse(source));
    match parsed {
        Ok(Ok(tree)) => Ok(tree.expr),
        Ok(Err(errors)) => Err(RuleError::Syntax(first(&errors))),
        Err(_) => Err(RuleError::Syntax("the parser failed".to_owned())),
    }
}

fn check_size(source: &str) -> Result<(), RuleError> {
    let marks = source.bytes().filter(u8::is_ascii_punctuation).count();
    let numbers = source.split(|c: char| !c.is_ascii_digit() && c != '.');
    let digits = numbers.map(|number| number.bytes().filter(u8::is_ascii_digit).count());
    let measures = [
        ("characters", source.chars().count(), CHARS),
        ("operators, brackets and other marks", marks, MARKS),
        ("digits in one number", digits.max().unwrap_or(0), DIGITS),
    ];
    if source.chars().any(|c| c.is_control() && !c.is_ascii_whitespace()) {
        return Err(RuleError::Syntax("it has characters that are not shown".to_owned()));
    }
    match measures.into_iter().find(|(_, found, max)| found > max) {
        Some((what, _, max)) => Err(RuleError::TooLarge { what, max }),
        None => Ok(()),
    }
}

fn first(errors: &ParseErrors) -> String {
    let Some(error) = errors.errors.first() else { return "it has no meaning".to_owned() };
    let message = error.msg.strip_prefix("Syntax error: ").unwrap_or(&error.msg);
    match error.pos {
        (line @ 1.., column @ 1..) => format!("{message} (line {line}, column {column})"),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use proptest::prelude::*;

    use super::*;

    /// Texts that are nearly expressions, from whole words to single marks.
    fn nearly() -> impl Strategy<Value = String> {
        let words = [
            "a",
            "name",
            "1",
            "0x1f",
            "-0x",
            "2u",
            "1.5",
            ".5",
            "1e9",
            "1e999",
            "true",
            "null",
            "in",
            "has",
            "all",
            "map",
            "exists_one",
            "'t'",
            "\"",
            "'''",
            "b'\\377'",
            "r'\\'",
            "'\\u00e9'",
            "'\\U00110000'",
            "'\\",
            "é",
            "`",
            "//",
            "@",
            "\n",
            " ",
            ".",
            ",",
            ":",
            "?",
            "!",
            "-",
            "+",
            "*",
            "/",
            "%",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "==",
            "<=",
            "&&",
            "||",
        ];
        let word = proptest::sample::select(words.to_vec()).prop_map(str::to_owned);
        proptest::collection::vec(prop_oneof![8 => word, 1 => ".{0,3}"], 0..80)
            .prop_map(|words| words.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_parser_never_panics(source in nearly()) {
            let bounded = check_size(&source).is_ok();
            let parsed = catch_unwind(|| drop(PrattParser::new().max_recursion_depth(NESTING).parse(&source)));
            prop_assert!(!bounded || parsed.is_ok(), "{:?}", source);
        }

        #[test]
        fn a_number_is_read_as_it_is_written(mantissa in 0_u64..1_000_000_000_000_000, scale in 1_usize..14) {
            let digits = format!("{mantissa:015}");
            let (whole, rest) = digits.split_at(15 - scale);
            let written = format!("{}.{rest}", if whole.is_empty() { "0" } else { whole });
            prop_assume!(check_size(&written).is_ok());
            let Ok(Expr::Literal(cel::common::ast::LiteralValue::Double(read))) = parse(&written) else {
                return Err(TestCaseError::fail(written));
            };
            let read = super::super::number::literal(*read.inner());
            prop_assert_eq!(read, sutra_kernel::Decimal::from_str_exact(&written).ok());
        }
    }

    /// The threads that serve have 2 MiB.
    #[test]
    fn the_deepest_trees_fit_on_a_quarter_of_a_serving_thread_s_stack() {
        let nested = |open: &str, times: usize, close: &str| open.repeat(times) + "1" + &close.repeat(times);
        let sources = [
            nested("(", 99, ")"),
            nested("[", 99, "]"),
            nested("f(", 99, ")"),
            nested("1+(", 24, ")"),
            nested("f(!-", 24, ")"),
            nested("f(1?1:1?1:", 16, ")"),
            nested("a.all(b,", 24, ")"),
            format!("f({}1)", "!-".repeat(98)),
            format!("f({}1)", "1+".repeat(196)),
            format!("f({}1)", "1?1:".repeat(98)),
            format!("f({}a)", "a in ".repeat(199)),
            format!("f(a{})", ".a".repeat(196)),
        ];
        for source in sources {
            assert_eq!(check_size(&source), Ok(()), "{source}");
            read_on_a_small_stack(source);
        }
    }

    #[expect(clippy::disallowed_types, reason = "the subject of this test is a thread's stack")]
    fn read_on_a_small_stack(source: String) {
        let small = thread::Builder::new().stack_size(512 * 1_024);
        small.spawn(move || drop(parse(&source))).unwrap().join().unwrap();
    }
}
