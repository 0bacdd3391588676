//! A large schema: how long the first request waits after a definition has changed.

use sutra_benches::{Pair, Place, Table, in_one_unit, timed};
use sutra_graphql::{HttpOptions, routes};
use sutra_kernel::{ApiName, FieldId, ObjectId};
use sutra_privacy::DataSubject;
use sutra_records::{FieldDef, ObjectDef, standard};

use crate::{company::Company, effort::Effort, pages::ask};

const DOCUMENT: &str = r#"{"query":"{ __typename }"}"#;

pub(crate) async fn measure(effort: Effort) {
    let place = Place::sqlite().await;
    let company = Company::found(&place, 1).await;
    let (objects, fields) = effort.schema;
    let definitions: Vec<ObjectDef> = (0..objects).map(|number| definition(&place, number, fields)).collect();
    define(&place, &company, &definitions).await;
    let routes = routes(&place.engine, HttpOptions::default());
    let mut answer = async || {
        let answer = ask(&routes, &company.token, DOCUMENT).await;
        assert_eq!(answer, r#"{"data":{"__typename":"Query"}}"#);
    };
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for turn in 0..effort.slow {
        define(&place, &company, &definitions[turn % objects..=turn % objects]).await;
        first.push(timed(&mut answer).await);
        again.push(timed(&mut answer).await);
    }
    let mut table = Table::titled(&format!("A schema of {objects} objects with {fields} fields each"));
    table.add(Pair::of("first request after a change, and the next", first, again));
    table.print();
    place.close().await;
}

/// An object of this many texts.
fn definition(place: &Place, number: usize, fields: usize) -> ObjectDef {
    let (now, entropy) = (place.engine.now(), &*place.ports.entropy);
    let objects = standard::objects();
    let model = objects.iter().find(|object| object.name.as_str() == "note").unwrap();
    let text = model.field("title").unwrap();
    let name = |text: String| ApiName::parse(&text).unwrap();
    let field = |number| FieldDef {
        id: FieldId::generate(now, entropy),
        name: name(format!("text{number}")),
        label: format!("Text {number}"),
        slot: None,
        ..text.clone()
    };
    ObjectDef {
        id: ObjectId::generate(now, entropy),
        name: name(format!("thing{number}")),
        label: format!("Thing {number}"),
        plural: name(format!("things{number}")),
        plural_label: format!("Things {number}"),
        name_field: name("text0".to_owned()),
        subject: DataSubject::None,
        standard: false,
        fields: (0..fields).map(field).collect(),
        ..model.clone()
    }
}

/// Stores definitions in one unit, as they are: the use cases would take them one by one, and that is not what is
/// measured here.
async fn define(place: &Place, company: &Company, definitions: &[ObjectDef]) {
    in_one_unit(&place.store, &place.ports, company.admin.workspace(), async |unit| {
        for definition in definitions {
            unit.put_object(definition).await?;
        }
        unit.bump_metadata_version().await
    })
    .await;
}
