//! How many guesses' worth of pieces a password is made of.

/// A listed word, a sequence or a repetition is a piece of its own from this many characters on.
pub(super) const SHORTEST: usize = 3;

/// A password of fewer pieces is refused.
const FEWEST: usize = 8;

/// Neighbours in the alphabet, among the digits, and along and across common keyboards.
const TRACKS: [&str; 12] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
];

/// Whether a text in lower case falls into few pieces: listed words, sequences, repetitions of what came
/// before, and single characters. The longest piece is taken first, from the left.
pub(super) fn has_few_pieces(text: &[char], words: &[String]) -> bool {
    let (mut at, mut pieces) = (0, 0);
    while pieces < FEWEST
        && let Some((before, rest)) = text.split_at_checked(at)
        && !rest.is_empty()
    {
        let longest = word(rest, words).max(sequence(rest)).max(repetition(before.len(), text));
        at += if longest < SHORTEST { 1 } else { longest };
        pieces += 1;
    }
    pieces < FEWEST
}

/// The length of the longest listed word the text starts with.
fn word(text: &[char], words: &[String]) -> usize {
    let starts_with = |word: &str| {
        let mut typed = text.iter();
        word.chars().all(|letter| typed.next().is_some_and(|c| stands_for(*c, letter)))
    };
    words.iter().filter(|word| starts_with(word)).map(|word| word.chars().count()).max().unwrap_or(0)
}

/// The length of the longest part of a track, in either direction, the text starts with.
fn sequence(text: &[char]) -> usize {
    let longest = |track: Vec<char>| {
        (0..track.len()).map(|start| shared(track.iter().skip(start), text.iter())).max().unwrap_or(0)
    };
    let both_ways = TRACKS.iter().flat_map(|track| [track.chars().collect(), track.chars().rev().collect()]);
    both_ways.map(longest).max().unwrap_or(0)
}

/// How much of the text from here on repeats what began earlier; a repetition may overlap itself.
fn repetition(here: usize, text: &[char]) -> usize {
    (0..here).map(|start| shared(text.iter().skip(start), text.iter().skip(here))).max().unwrap_or(0)
}

/// How many characters two texts start with in common.
fn shared<'a>(a: impl Iterator<Item = &'a char>, b: impl Iterator<Item = &'a char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// Whether a typed character is a letter, or a sign that is commonly written for it.
fn stands_for(typed: char, letter: char) -> bool {
    typed == letter
        || matches!(
            (typed, letter),
            ('0', 'o')
                | ('1' | '!', 'i' | 'l')
                | ('3', 'e')
                | ('4' | '@', 'a')
                | ('5' | '$', 's')
                | ('7', 't')
        )
}
