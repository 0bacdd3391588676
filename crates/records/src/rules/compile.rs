//! From a syntax tree to terms: everything that a rule may say, with its kinds checked. What is not here is refused.

use std::{collections::BTreeSet, fmt, str::FromStr};

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};
use sutra_kernel::{Date, Decimal, Timestamp, ValueKind};

use super::{
    Condition, RuleError, number, source,
    term::{Literal, Term},
};
use crate::{ObjectDef, SystemField};

/// How many terms may be inside each other.
const DEPTH: usize = 40;

/// What kind of value a term has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    Texts,
    Date,
    Timestamp,
    Money,
    Currency,
    User,
}

/// A term and the kind of its value.
type Typed = (Term, Kind);

type Compiled<T> = Result<T, RuleError>;

/// Gives an expression its meaning for the records of an object.
pub(super) fn compile(object: &ObjectDef, expression: &str) -> Compiled<Condition> {
    let tree = source::parse(expression)?;
    let mut compiler = Compiler { object, reads: BTreeSet::new(), depth: 0 };
    let term = compiler.wanted(&tree, Kind::Boolean, "a rule")?;
    Ok(Condition { term, reads: compiler.reads })
}

struct Compiler<'a> {
    object: &'a ObjectDef,
    reads: BTreeSet<(sutra_kernel::ApiName, sutra_kernel::FieldId)>,
    depth: usize,
}

impl Compiler<'_> {
    fn typed(&mut self, tree: &Expr) -> Compiled<Typed> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(RuleError::TooLarge { what: "parts inside each other", max: DEPTH });
        }
        let typed = match tree {
            Expr::Literal(literal) => constant(literal),
            Expr::Ident(name) => self.field(name),
            Expr::Select(select) if !select.test => self.part(&select.operand.expr, &select.field),
            Expr::Call(call) => self.call(call),
            Expr::Select(_) => Err(refused("`has()` is not known here: write `field != null`")),
            Expr::List(_) => Err(refused("a list can only stand after `in`")),
            Expr::Comprehension(_) => Err(refused(
                "a rule has nothing to repeat: `all`, `exists`, `map` and `filter` are not known here",
            )),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => Err(refused("a rule has no use for `{ }`")),
        };
        self.depth -= 1;
        typed
    }

    /// A term of this kind, for what needs one.
    fn wanted(&mut self, tree: &Expr, kind: Kind, of: &str) -> Compiled<Term> {
        let (term, found) = self.typed(tree)?;
        if found == kind {
            return Ok(term);
        }
        Err(refused(format!("{of} needs {kind} and was given {found}")))
    }

    fn pair(&mut self, call: &CallExpr, kind: Kind, of: &str) -> Compiled<Box<[Term; 2]>> {
        let [left, right] = two(call)?;
        Ok(Box::new([self.wanted(left, kind, of)?, self.wanted(right, kind, of)?]))
    }

    fn field(&mut self, name: &str) -> Compiled<Typed> {
        if let Ok(field) = name.parse() {
            return system(field);
        }
        let unknown = || RuleError::UnknownField(name.to_owned());
        let field = self.object.field(name).ok_or_else(unknown)?;
        let unreadable = |reason| RuleError::Unreadable { field: field.name.clone(), reason };
        if field.encrypted {
            return Err(unreadable("it is encrypted"));
        }
        let kind = match field.kind.value_kind() {
            ValueKind::Boolean => Kind::Boolean,
            ValueKind::Integer | ValueKind::Decimal => Kind::Number,
            ValueKind::Money => Kind::Money,
            ValueKind::Text => Kind::Text,
            ValueKind::Texts => Kind::Texts,
            ValueKind::Date => Kind::Date,
            ValueKind::Timestamp => Kind::Timestamp,
            ValueKind::Reference => {
                return Err(unreadable("it is empty for whoever may not see the record it names"));
            }
        };
        self.reads.insert((field.name.clone(), field.id));
        Ok((Term::Field(field.name.clone()), kind))
    }

    fn part(&mut self, whole: &Expr, part: &str) -> Compiled<Typed> {
        let (term, kind) = self.typed(whole)?;
        match (kind, part) {
            (Kind::Money, "amount") => Ok((Term::Amount(Box::new(term)), Kind::Number)),
            (Kind::Money, "currency") => Ok((Term::Currency(Box::new(term)), Kind::Currency)),
            (Kind::Money, _) => Err(refused("an amount of money has the parts `amount` and `currency`")),
            _ => Err(refused(format!("{kind} has no part `{part}`"))),
        }
    }

    fn call(&mut self, call: &CallExpr) -> Compiled<Typed> {
        if let Some(target) = &call.target {
            return self.method(&target.expr, call);
        }
        let name = call.func_name.as_str();
        let truth = |term| Ok((term, Kind::Boolean));
        let number = |term| Ok((term, Kind::Number));
        match name {
            operators::LOGICAL_AND => truth(Term::All(self.pair(call, Kind::Boolean, "`&&`")?)),
            operators::LOGICAL_OR => truth(Term::Any(self.pair(call, Kind::Boolean, "`||`")?)),
            operators::LOGICAL_NOT => truth(not(self.wanted(one(call)?, Kind::Boolean, "`!`")?)),
            operators::CONDITIONAL => self.choice(call),
            operators::EQUALS => truth(Term::Equal(self.equal(call)?)),
            operators::NOT_EQUALS => truth(not(Term::Equal(self.equal(call)?))),
            operators::LESS => truth(Term::Less(self.ordered(call)?)),
            operators::LESS_EQUALS => truth(Term::LessOrEqual(self.ordered(call)?)),
            operators::GREATER => truth(Term::Less(turned(self.ordered(call)?))),
            operators::GREATER_EQUALS => truth(Term::LessOrEqual(turned(self.ordered(call)?))),
            operators::IN => truth(self.one_of(call)?),
            operators::NEGATE => {
                number(Term::Negative(Box::new(self.wanted(one(call)?, Kind::Number, "`-`")?)))
            }
            operators::ADD => number(Term::Sum(self.pair(call, Kind::Number, "`+`")?)),
            operators::SUBSTRACT => number(Term::Difference(self.pair(call, Kind::Number, "`-`")?)),
            operators::MULTIPLY => number(Term::Product(self.pair(call, Kind::Number, "`*`")?)),
            operators::DIVIDE | operators::MODULO => {
                Err(refused("a rule does not divide, because that is not exact: multiply the other side"))
            }
            "size" => number(self.size(one(call)?)?),
            "date" => self.date(one(call)?),
            "timestamp" => Ok((Term::Literal(Literal::Timestamp(written(one(call)?)?)), Kind::Timestamp)),
            _ => Err(unknown(name)),
        }
    }

    fn method(&mut self, target: &Expr, call: &CallExpr) -> Compiled<Typed> {
        let name = call.func_name.as_str();
        if let ("size", []) = (name, call.args.as_slice()) {
            return Ok((self.size(target)?, Kind::Number));
        }
        let term: fn(Box<[Term; 2]>) -> Term = match name {
            "startsWith" => Term::StartsWith,
            "endsWith" => Term::EndsWith,
            "contains" => Term::Contains,
            _ => return Err(unknown(name)),
        };
        let of = format!("`{name}`");
        let text = self.wanted(target, Kind::Text, &of)?;
        let part = self.wanted(one(call)?, Kind::Text, &of)?;
        Ok((term(Box::new([text, part])), Kind::Boolean))
    }

    fn size(&mut self, tree: &Expr) -> Compiled<Term> {
        match self.typed(tree)? {
            (term, Kind::Text | Kind::Texts) => Ok(Term::Size(Box::new(term))),
            (_, found) => Err(refused(format!("`size` needs {} and was given {found}", Kind::Text))),
        }
    }

    /// A day that is written out, or the one that an instant is in.
    fn date(&mut self, tree: &Expr) -> Compiled<Typed> {
        if let Expr::Literal(_) = tree {
            return Ok((Term::Literal(Literal::Date(written(tree)?)), Kind::Date));
        }
        let instant = self.wanted(tree, Kind::Timestamp, "`date`")?;
        Ok((Term::DateOf(Box::new(instant)), Kind::Date))
    }

    fn choice(&mut self, call: &CallExpr) -> Compiled<Typed> {
        let [condition, then, otherwise] = call.args.as_slice() else { return Err(unknown("?:")) };
        let condition = self.wanted(&condition.expr, Kind::Boolean, "`?`")?;
        let ((then, kind), otherwise) = (self.typed(&then.expr)?, &otherwise.expr);
        let otherwise = self.wanted(otherwise, kind, "the second choice of `?`")?;
        Ok((Term::Choice(Box::new([condition, then, otherwise])), kind))
    }

    fn equal(&mut self, call: &CallExpr) -> Compiled<Box<[Term; 2]>> {
        let [left, right] = two(call)?;
        let (left, right) = (self.typed(left)?, self.typed(right)?);
        let (left, right) = self.comparable(left, right)?;
        Ok(Box::new([left, right]))
    }

    fn one_of(&mut self, call: &CallExpr) -> Compiled<Term> {
        let [value, list] = two(call)?;
        let Expr::List(list) = list else { return self.includes(value, list) };
        let (mut value, kind) = self.typed(value)?;
        let mut known = Vec::with_capacity(list.elements.len());
        for element in &list.elements {
            let element = self.typed(&element.expr)?;
            let (left, element) = self.comparable((value, kind), element)?;
            value = left;
            known.push(element);
        }
        Ok(Term::OneOf(Box::new(value), known))
    }

    /// A text that is looked for in what is chosen of a list.
    fn includes(&mut self, text: &Expr, chosen: &Expr) -> Compiled<Term> {
        let text = self.wanted(text, Kind::Text, "`in`")?;
        match self.typed(chosen)? {
            (chosen, Kind::Texts) => {
                self.require_pick(&chosen, &text)?;
                Ok(Term::Includes(Box::new([chosen, text])))
            }
            _ => Err(refused("after `in` comes a list, such as `[\"a\", \"b\"]`, or a multi-picklist")),
        }
    }

    /// Two terms whose values can be the same: of one kind, or one of them `null`.
    fn comparable(&self, left: Typed, right: Typed) -> Compiled<(Term, Term)> {
        let (left, right) = (currency(left, right.1)?, right);
        let right = currency(right, left.1)?;
        for (field, value) in [(&left.0, &right.0), (&right.0, &left.0)] {
            self.require_pick(field, value)?;
        }
        if left.1 == right.1 || left.1 == Kind::Null || right.1 == Kind::Null {
            return Ok((left.0, right.0));
        }
        Err(refused(format!("{} cannot be compared with {}", left.1, right.1)))
    }

    /// A picklist is compared with what can be in it: anything else is a slip of the pen.
    fn require_pick(&self, field: &Term, value: &Term) -> Compiled<()> {
        let (Term::Field(name), Term::Literal(Literal::Text(text))) = (field, value) else { return Ok(()) };
        let picks = self.object.field(name.as_str()).map_or(&[][..], |field| field.kind.picks());
        if picks.is_empty() || picks.iter().any(|known| known.value == *text) {
            return Ok(());
        }
        Err(refused(format!("the list of field `{name}` has no value `{text}`")))
    }

    fn ordered(&mut self, call: &CallExpr) -> Compiled<Box<[Term; 2]>> {
        let [left, right] = two(call)?;
        let ((left, kind), (right, other)) = (self.typed(left)?, self.typed(right)?);
        match (kind, other) {
            (Kind::Number, Kind::Number) | (Kind::Date, Kind::Date) | (Kind::Timestamp, Kind::Timestamp) => {
                Ok(Box::new([left, right]))
            }
            (Kind::Money, _) | (_, Kind::Money) => Err(refused(
                "amounts of money have no order, because of their currencies: compare `amount`, and say in which `currency`",
            )),
            _ => Err(refused(format!("{kind} and {other} have no order"))),
        }
    }
}

fn constant(literal: &LiteralValue) -> Compiled<Typed> {
    let (literal, kind) = match literal {
        LiteralValue::Null => (Literal::Null, Kind::Null),
        LiteralValue::Boolean(truth) => (Literal::Boolean(*truth.inner()), Kind::Boolean),
        LiteralValue::Int(number) => (Literal::Number(Decimal::from(*number.inner())), Kind::Number),
        LiteralValue::Double(number) => {
            let number = number::literal(*number.inner());
            let number = number.ok_or(RuleError::TooLarge { what: "digits in one number", max: 28 })?;
            (Literal::Number(number), Kind::Number)
        }
        LiteralValue::String(text) => (Literal::Text(text.inner().to_owned()), Kind::Text),
        LiteralValue::UInt(_) | LiteralValue::Bytes(_) => {
            return Err(refused("a rule has no use for unsigned numbers and bytes"));
        }
    };
    Ok((Term::Literal(literal), kind))
}

fn system(field: SystemField) -> Compiled<Typed> {
    let kind = match field {
        SystemField::Id => return Err(refused("no rule can read `id`: no two records have the same")),
        SystemField::OwnerId | SystemField::CreatedById | SystemField::UpdatedById => Kind::User,
        SystemField::CreatedAt | SystemField::UpdatedAt => Kind::Timestamp,
    };
    Ok((Term::System(field), kind))
}

/// A text that is compared with a currency is one.
fn currency((term, kind): Typed, other: Kind) -> Compiled<Typed> {
    match (term, other) {
        (Term::Literal(Literal::Text(text)), Kind::Currency) => {
            let currency = text.parse().map_err(refused)?;
            Ok((Term::Literal(Literal::Currency(currency)), Kind::Currency))
        }
        (term, _) => Ok((term, kind)),
    }
}

/// A value that is written out as a text.
fn written<T: Moment>(tree: &Expr) -> Compiled<T> {
    let text = match tree {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    };
    text.and_then(|text| text.parse().ok()).ok_or_else(|| refused(T::EXAMPLE))
}

trait Moment: FromStr {
    const EXAMPLE: &'static str;
}

impl Moment for Date {
    const EXAMPLE: &'static str = "a date is written like `date(\"2026-03-01\")`";
}

impl Moment for Timestamp {
    const EXAMPLE: &'static str = "an instant is written like `timestamp(\"2026-03-01T09:30:00Z\")`";
}

fn one(call: &CallExpr) -> Compiled<&Expr> {
    match call.args.as_slice() {
        [IdedExpr { expr, .. }] => Ok(expr),
        _ => Err(refused(format!("`{}` takes one argument", call.func_name))),
    }
}

fn two(call: &CallExpr) -> Compiled<[&Expr; 2]> {
    match call.args.as_slice() {
        [left, right] => Ok([&left.expr, &right.expr]),
        _ => Err(refused(format!("`{}` takes two arguments", call.func_name))),
    }
}

fn not(term: Term) -> Term {
    Term::Not(Box::new(term))
}

fn turned(mut pair: Box<[Term; 2]>) -> Box<[Term; 2]> {
    pair.reverse();
    pair
}

fn unknown(name: &str) -> RuleError {
    refused(format!("`{name}` is not known in rules"))
}

fn refused(message: impl ToString) -> RuleError {
    RuleError::Meaning(message.to_string())
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "nothing",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Date => "a date",
            Self::Timestamp => "an instant",
            Self::Money => "an amount of money",
            Self::Currency => "a currency",
            Self::User => "a user",
        })
    }
}
