//! Restrictions as SQL. The meaning is [`Condition::holds`](sutra_kernel::Condition::holds).
//!
//! It is that of filters but for money, which is compared by its amount and then by its currency.

use sea_orm::{
    Condition as Sql,
    sea_query::{BinOper, Expr, ExprTrait as _},
};
use sutra_acl::Bound;
use sutra_kernel::{ApiName, Condition, ObjectId, PortError, Test, Value};

use super::{
    Compared, Sought,
    filter::{self, is_not_true, leaf, truth},
    place::Place,
};
use crate::entity::records::record;

/// Whether the record meets the restriction.
pub(super) fn compile(place: &Place<'_>, bound: &Bound) -> Result<Sql, PortError> {
    match bound.root {
        None => met(place, &bound.rule.condition),
        Some(object) => met_by_root(place, object, &bound.rule.condition),
    }
}

/// Whether the record that controls this one meets it, or is of another object, or is not there.
fn met_by_root(place: &Place<'_>, object: ObjectId, condition: &Condition) -> Result<Sql, PortError> {
    let root = place.root(object).ok_or_else(|| PortError::refused("a restriction on an unknown object"))?;
    let mut meeting = root.all();
    meeting.and_where(root.column(record::Column::Id).eq(place.column(record::Column::RootId)));
    meeting.cond_where(met(&root, condition)?).expr(truth(true)).limit(1);
    let of = || place.column(record::Column::RootObjectId);
    let is_another = Sql::any().add(of().is_null()).add(of().ne(object.uuid()));
    Ok(is_another.add(Expr::from(meeting)))
}

fn met(place: &Place<'_>, condition: &Condition) -> Result<Sql, PortError> {
    let test = |name: &ApiName, test: &Test| match test.values().iter().any(is_money) {
        true => Ok(money(place, &Compared::of(place.object, name)?, name, test)),
        false => filter::field(place, name, test),
    };
    filter::tree(condition, &test, &|never| match *never {})
}

fn is_money(value: &Value) -> bool {
    matches!(value, Value::Money(_))
}

fn money(place: &Place<'_>, compared: &Compared<'_>, name: &ApiName, test: &Test) -> Expr {
    let one = |value: &Value, compare: fn(&Amount) -> Expr| {
        let amount = Amount::of(place, compared, name, value);
        amount.map_or_else(|| truth(false), |amount| compare(&amount))
    };
    match test {
        Test::Eq(value) if is_money(value) => one(value, Amount::is),
        Test::Neq(value) => is_not_true(one(value, Amount::is)),
        Test::In(values) => {
            let each = values.iter().map(|value| money(place, compared, name, &Test::Eq(value.clone())));
            Expr::from(each.fold(Sql::any(), Sql::add))
        }
        Test::Gt(value) => one(value, Amount::is_less),
        Test::Gte(value) => one(value, |it| it.is_less().or(it.is())),
        Test::Lt(value) => one(value, Amount::is_more),
        Test::Lte(value) => one(value, |it| it.is_more().or(it.is())),
        _ => leaf(place, compared, test),
    }
}

/// Money that a field's is compared with.
struct Amount {
    amount: Expr,
    currency: Expr,
    wanted: (sea_orm::Value, String),
}

impl Amount {
    /// Nothing for what no record can have.
    fn of(place: &Place<'_>, compared: &Compared<'_>, name: &ApiName, value: &Value) -> Option<Self> {
        let (Value::Money(money), Sought::Value(wanted)) = (value, compared.sought(value)) else {
            return None;
        };
        let member = |value: Expr, operator, name: &str| value.binary(BinOper::Custom(operator), name);
        let stored = member(place.column(record::Column::Fields), "->", name.as_str());
        Some(Self {
            amount: place.column(compared.column()),
            currency: member(stored, "->>", "currency"),
            wanted: (wanted, money.currency.to_string()),
        })
    }

    fn is(&self) -> Expr {
        let (amount, currency) = self.wanted.clone();
        self.amount.clone().eq(amount).and(self.currency.clone().eq(currency))
    }

    /// Whether it is less than the field's.
    fn is_less(&self) -> Expr {
        self.differs(Expr::gt, Expr::gt)
    }

    /// Whether it is more than the field's.
    fn is_more(&self) -> Expr {
        // Whoever has no money has no currency, and the least of all amounts.
        self.differs(Expr::lt, Expr::lt).and(self.currency.clone().is_not_null())
    }

    fn differs(
        &self,
        by_amount: fn(Expr, sea_orm::Value) -> Expr,
        by_currency: fn(Expr, String) -> Expr,
    ) -> Expr {
        let (amount, currency) = self.wanted.clone();
        let alike = self.amount.clone().eq(amount.clone());
        by_amount(self.amount.clone(), amount).or(alike.and(by_currency(self.currency.clone(), currency)))
    }
}
