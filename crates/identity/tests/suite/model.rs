//! The sign-in and its session against a slow twin that reads the whole story every time.

use proptest::prelude::*;
use sutra_identity::{
    Authenticated, Delivery, DenialReason, Flow, FlowPurpose, Method, PasswordHash, PasswordVerdict,
    SecondFactor, Session, SessionPolicy, SignIn, SignInProgress, UserState,
};
use sutra_kernel::Timestamp;

use crate::world::{Counting, NOON, user};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Begin(Option<UserState>),
    Password(Answer, Asked),
    Code(bool),
    Recheck(Option<UserState>),
    Open(Delivery),
    Wait(i64),
    Use(Delivery),
    End,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Answer {
    Wrong,
    Right,
    RightButWeak,
}

/// What is asked for beside the password.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Asked {
    Nothing,
    NothingHere,
    Totp,
}

const FLOW: i64 = 10 * 60 * 1_000_000;
const IDLE: i64 = 30 * 60 * 1_000_000;
const ABSOLUTE: i64 = 24 * IDLE;

/// What the types allow: each stage can only do what it has a method for.
enum Stage {
    Nothing,
    Begun(SignIn),
    Waiting(Flow),
    Proven(Authenticated),
}

struct Real {
    stage: Stage,
    session: Option<Session>,
    entropy: Counting,
}

impl Real {
    /// Takes a step, and says whether it let somebody in.
    fn take(&mut self, step: Step, now: Timestamp) -> bool {
        let stage = std::mem::replace(&mut self.stage, Stage::Nothing);
        let mut let_in = false;
        self.stage = match (step, stage) {
            (Step::Begin(state), _) => {
                Stage::Begun(SignIn::begin(state.and_then(|state| user(state).ok()).as_ref()))
            }
            (Step::Password(answer, asked), Stage::Begun(sign_in)) => {
                self.next(sign_in.password(verdict(answer), second(asked), now), now)
            }
            (Step::Code(is_right), Stage::Waiting(flow)) => match flow.attempt(FlowPurpose::SignIn, now) {
                Ok(flow) => {
                    let user = user(UserState::Active).ok();
                    let shown = is_right.then_some(Method::Totp).ok_or(DenialReason::WrongFactor);
                    SignIn::factor(&flow, user.as_ref(), shown, now)
                        .map_or(Stage::Waiting(flow), Stage::Proven)
                }
                Err(_) => Stage::Nothing,
            },
            (Step::Recheck(state), Stage::Proven(proof)) => proof
                .recheck(state.and_then(|state| user(state).ok()).as_ref())
                .map_or(Stage::Nothing, Stage::Proven),
            (Step::Open(delivery), Stage::Proven(proof)) => {
                let policy = SessionPolicy::default();
                let (opened, _) = Session::open(proof, delivery, policy, now, &self.entropy);
                self.session = Some(opened.into_session());
                let_in = true;
                Stage::Nothing
            }
            (_, stage) => stage,
        };
        self.session.as_mut().is_some_and(|session| use_or_end(session, step, now)) || let_in
    }

    fn next(&self, progress: SignInProgress, now: Timestamp) -> Stage {
        match progress {
            SignInProgress::Complete(proof) => Stage::Proven(proof),
            SignInProgress::FactorRequired(required) => {
                let user = user(UserState::Active).ok();
                let begun = required.begin_flow(user.as_ref(), Delivery::Cookie, now, &self.entropy);
                begun.map_or(Stage::Nothing, |(flow, _)| Stage::Waiting(flow))
            }
            SignInProgress::Denied(_) => Stage::Nothing,
        }
    }
}

fn use_or_end(session: &mut Session, step: Step, now: Timestamp) -> bool {
    match step {
        Step::Use(delivery) if session.check(delivery, now).is_ok() => {
            session.last_seen_at = now;
            true
        }
        Step::End => {
            session.ended_at = Some(now);
            false
        }
        _ => false,
    }
}

fn verdict(answer: Answer) -> PasswordVerdict {
    let stronger = PasswordHash::from_phc("$argon2id$c2FsdA$aGFzaA".to_owned());
    match (answer, stronger) {
        (Answer::Right, _) => PasswordVerdict::Yes,
        (Answer::RightButWeak, Ok(hash)) => PasswordVerdict::YesButRehash(hash),
        _ => PasswordVerdict::No,
    }
}

fn second(asked: Asked) -> SecondFactor {
    match asked {
        Asked::Nothing => SecondFactor::of([Method::RecoveryCode], false, false),
        Asked::NothingHere => SecondFactor::of([Method::Totp], false, true),
        Asked::Totp => SecondFactor::of([Method::Totp], false, false),
    }
}

/// One line of the story: when, what, and whether it let somebody in.
type Line = (i64, Step, bool);

/// The rules, read off the story so far.
fn lets_in(story: &[Line], step: Step, now: i64) -> bool {
    match step {
        Step::Open(_) => may_open(story),
        Step::Use(delivery) => may_use(story, delivery, now),
        _ => false,
    }
}

/// Since the last beginning: every step passed, no bad second look after that, not used yet.
fn may_open(story: &[Line]) -> bool {
    let opened = |line: &&Line| matches!(line, (_, Step::Open(_), true));
    let begun_at = story.iter().rposition(|(_, step, _)| matches!(step, Step::Begin(_)));
    let attempt = begun_at.map_or(&[][..], |at| story.split_at(at).1);
    let Some(proven_at) = proven(attempt) else { return false };
    let rechecks_good = attempt.iter().skip(proven_at).all(|(_, step, _)| match step {
        Step::Recheck(state) => *state == Some(UserState::Active),
        _ => true,
    });
    rechecks_good && !attempt.iter().any(|line| opened(&line))
}

/// Where the last step passed: an active user, first a right password, and where a code is asked for, a right one among
/// the first five in ten minutes.
fn proven(attempt: &[Line]) -> Option<usize> {
    let by_active_user = matches!(attempt.first(), Some((_, Step::Begin(Some(UserState::Active)), _)));
    let at = attempt.iter().position(|(_, step, _)| matches!(step, Step::Password(..)))?;
    let (begun, Step::Password(answer, asked), _) = attempt.get(at)? else { return None };
    if !by_active_user || *answer == Answer::Wrong {
        return None;
    }
    if *asked != Asked::Totp {
        return Some(at);
    }
    let codes = attempt.iter().enumerate().skip(at).filter_map(|(place, (time, step, _))| match step {
        Step::Code(is_right) => Some((place, *time, *is_right)),
        _ => None,
    });
    let mut counted = codes.take(5).take_while(|(_, time, _)| time - begun < FLOW);
    counted.find(|(_, _, is_right)| *is_right).map(|(place, ..)| place)
}

/// Since the last opening: no end, the same way, not too old, and used not too long ago.
fn may_use(story: &[Line], wanted: Delivery, now: i64) -> bool {
    let opened_at = story.iter().rposition(|line| matches!(line, (_, Step::Open(_), true)));
    let life = opened_at.map_or(&[][..], |at| story.split_at(at).1);
    let Some((birth, Step::Open(delivery), _)) = life.first() else { return false };
    let ended = life.iter().any(|(_, step, _)| *step == Step::End);
    let last_use = life.iter().filter(|(_, _, let_in)| *let_in).map(|(at, _, _)| *at).max();
    let idle = last_use.map_or(i64::MAX, |at| now - at);
    !ended && *delivery == wanted && now - birth < ABSOLUTE && idle < IDLE
}

fn a_state() -> impl Strategy<Value = Option<UserState>> {
    prop_oneof![
        6 => Just(Some(UserState::Active)),
        1 => Just(Some(UserState::Invited)),
        1 => Just(Some(UserState::Deactivated)),
        1 => Just(None),
    ]
}

fn a_delivery() -> impl Strategy<Value = Delivery> {
    prop_oneof![4 => Just(Delivery::Cookie), 1 => Just(Delivery::Bearer)]
}

fn a_step() -> impl Strategy<Value = Step> {
    let answer = prop_oneof![
        1 => Just(Answer::Wrong), 4 => Just(Answer::Right), 1 => Just(Answer::RightButWeak)
    ];
    let asked = prop_oneof![2 => Just(Asked::Nothing), 1 => Just(Asked::NothingHere), 3 => Just(Asked::Totp)];
    let wait = prop_oneof![
        Just(0),
        Just(1),
        Just(IDLE - 1),
        Just(IDLE),
        Just(IDLE + 1),
        Just(ABSOLUTE),
        Just(FLOW - 1),
        Just(FLOW),
        0..IDLE
    ];
    prop_oneof![
        3 => a_state().prop_map(Step::Begin),
        3 => (answer, asked).prop_map(|(answer, asked)| Step::Password(answer, asked)),
        4 => any::<bool>().prop_map(Step::Code),
        1 => a_state().prop_map(Step::Recheck),
        4 => a_delivery().prop_map(Step::Open),
        4 => wait.prop_map(Step::Wait),
        8 => a_delivery().prop_map(Step::Use),
        1 => Just(Step::End),
    ]
}

fn assert_agreement(steps: Vec<Step>) -> Vec<Line> {
    let mut real = Real { stage: Stage::Nothing, session: None, entropy: Counting::default() };
    let mut story: Vec<Line> = Vec::new();
    let mut now = NOON.as_micros();
    for step in steps {
        if let Step::Wait(micros) = step {
            now += micros;
        }
        let expected = lets_in(&story, step, now);
        assert_eq!(real.take(step, Timestamp::from_micros(now)), expected, "{step:?} after {story:?}");
        story.push((now, step, expected));
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whoever_is_let_in_has_passed_every_step(steps in prop::collection::vec(a_step(), 0..60)) {
        assert_agreement(steps);
    }
}

#[test]
fn a_session_in_use_lives_for_twelve_hours_and_no_longer() {
    let mut steps = vec![
        Step::Begin(Some(UserState::Active)),
        Step::Password(Answer::Right, Asked::Nothing),
        Step::Open(Delivery::Cookie),
    ];
    steps.extend([Step::Wait(IDLE - 1), Step::Use(Delivery::Cookie)].repeat(30));
    let uses = assert_agreement(steps).into_iter().filter(|(_, step, _)| matches!(step, Step::Use(_)));
    let outcomes: Vec<bool> = uses.map(|(_, _, let_in)| let_in).collect();
    assert_eq!(outcomes.iter().filter(|let_in| **let_in).count(), 24);
    assert!(outcomes.is_sorted_by(|earlier, later| earlier >= later));
}
