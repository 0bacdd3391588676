//! Where worlds are moved into.

use std::sync::Arc;

use sutra_engine::{Engine, Ports, Store, memory::MemoryStore};

use crate::{Place, place::ports};

/// A store with an engine over it that ships no objects.
pub struct House {
    /// What keeps it.
    pub name: &'static str,
    pub(super) engine: Engine,
    pub(super) store: Arc<dyn Store>,
    pub(super) ports: Ports,
    /// What is below the store, as long as it stands.
    place: Option<Place>,
}

/// One of each kind: in memory, in a file, and, where it is installed, on PostgreSQL.
pub async fn houses() -> Vec<House> {
    let places = [Some(Place::sqlite().await), Place::postgres().await];
    let houses = places.into_iter().flatten().map(House::on);
    [House::in_memory().await].into_iter().chain(houses).collect()
}

impl House {
    /// In memory alone.
    ///
    /// # Panics
    /// Nothing is done without.
    pub async fn in_memory() -> Self {
        let house = Self::of("memory", Arc::new(MemoryStore::new()), ports(), None);
        house.engine.workspaces().open_instance().await.expect("an instance");
        house
    }

    /// In a database, which has been opened before.
    fn on(place: Place) -> Self {
        Self::of(place.name(), Arc::new(place.store.clone()), place.ports.clone(), Some(place))
    }

    fn of(name: &'static str, store: Arc<dyn Store>, ports: Ports, place: Option<Place>) -> Self {
        let builder = Engine::builder(Arc::clone(&store)).standard_objects(Vec::new());
        Self { name, engine: builder.build(ports.clone()), store, ports, place }
    }

    /// Leaves it.
    pub async fn close(self) {
        if let Some(place) = self.place {
            place.close().await;
        }
    }
}
