//! What the crate does, seen from outside.

#[cfg(test)]
mod along;
mod change;
#[cfg(test)]
mod company;
#[cfg(test)]
mod condition;
mod define;
#[cfg(test)]
mod import;
#[cfg(test)]
mod list;
#[cfg(test)]
mod metadata;
mod names;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod search;
#[cfg(test)]
mod slots;
#[cfg(test)]
mod standard;
#[cfg(test)]
mod validation;
#[cfg(test)]
mod view;
