//! What the crate promises, as its users see it.

#![expect(clippy::string_slice, reason = "the texts cut here are ASCII, and a panic is a failed test")]

#[cfg(test)]
mod keyring;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod pepper;
#[cfg(test)]
mod root;
#[cfg(test)]
mod sealing;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod wycheproof;
