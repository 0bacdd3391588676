//! What users have set up beside a password, and the devices that need none of it.

use sutra_identity::{Factor, Method, RememberedDevice};
use sutra_kernel::{
    CredentialId,
    PortErrorKind::{Conflict, Refused},
};

use super::{
    gadget,
    home::{Home, at, expect_kind},
    together::{pause, together},
    traces::sealed,
};
use crate::Store;

/// How many use the same step at the same time.
const TRIES: usize = 100;

pub(super) async fn a_factor_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "factors").await;
    let first = factor(&home, Method::Totp, 1);
    let passkey = Factor { lookup: Some(gadget::digest(&home.dice)), ..factor(&home, Method::Passkey, 2) };
    let of_another = Factor { user: home.seller.id, ..factor(&home, Method::SmsCode, 3) };
    for factor in [&passkey, &of_another, &first] {
        put(&home, factor, None).await;
    }
    let used = Factor { step: Some(58_000_000), ..first.used(at(9)) };
    put(&home, &used, Some(1)).await;

    let mut reads = home.reads().await;
    assert_eq!(reads.factors_of(home.admin.id).await.unwrap(), [used, passkey.clone()]);
    assert_eq!(reads.factors_of(home.seller.id).await.unwrap(), [of_another]);
    assert_eq!(reads.factors_of(home.loner.id).await.unwrap(), []);
    let found = reads.find_factor_by_lookup(&passkey.lookup.unwrap()).await.unwrap();
    assert_eq!(found, Some(passkey));
    assert_eq!(reads.find_factor_by_lookup(&gadget::digest(&home.dice)).await.unwrap(), None);
    reads.finish().await.unwrap();
}

pub(super) async fn a_stale_factor_is_a_conflict(store: &dyn Store) {
    let home = Home::found(store, "stale factors").await;
    let first = factor(&home, Method::Totp, 1);
    put(&home, &first, None).await;
    let second = first.used(at(2));
    put(&home, &second, Some(1)).await;
    let cases = [
        ("an older version", second.clone(), Some(1)),
        ("a version to come", second.clone(), Some(3)),
        ("a factor that is there already", second.clone(), None),
        ("a factor that is not there", factor(&home, Method::Totp, 3), Some(1)),
    ];
    for (name, factor, expected) in cases {
        let mut work = home.begin().await;
        expect_kind(work.unit.put_factor(&factor, expected).await, Conflict, name);
        work.cancel().await;
    }
}

pub(super) async fn two_factors_are_not_found_by_the_same(store: &dyn Store) {
    let (home, other) = Home::found_twins(store, "lookups").await;
    let lookup = gadget::digest(&home.dice);
    let first = Factor { lookup: Some(lookup), ..factor(&home, Method::Passkey, 1) };
    put(&home, &first, None).await;
    let second = Factor { lookup: Some(lookup), user: home.seller.id, ..factor(&home, Method::Passkey, 2) };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_factor(&second, None).await, Refused, "another factor");
    work.cancel().await;
    put(&home, &first.used(at(3)), Some(1)).await;

    let mut reads = other.reads().await;
    assert_eq!(reads.find_factor_by_lookup(&lookup).await.unwrap(), None);
    reads.finish().await.unwrap();
    put(&other, &Factor { workspace: other.workspace, ..first }, None).await;
}

pub(super) async fn a_removed_factor_is_gone(store: &dyn Store) {
    let home = Home::found(store, "removed factors").await;
    let (gone, kept) = (factor(&home, Method::Totp, 1), factor(&home, Method::EmailCode, 2));
    for factor in [&gone, &kept] {
        put(&home, factor, None).await;
    }
    let mut work = home.begin().await;
    assert!(work.unit.remove_factor(gone.id).await.unwrap());
    assert!(!work.unit.remove_factor(gone.id).await.unwrap());
    work.commit().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.factors_of(home.admin.id).await.unwrap(), [kept]);
    reads.finish().await.unwrap();
}

pub(super) async fn many_uses_of_a_step_share_one_success(store: &dyn Store) {
    let home = Home::found(store, "parallel uses of a step").await;
    let factor = factor(&home, Method::Totp, 1);
    put(&home, &factor, None).await;
    let outcomes = together((0..TRIES).map(|_| use_step(&home, 7))).await;
    assert_eq!(outcomes.into_iter().filter(|used| *used).count(), 1);
    assert!(!use_step(&home, 6).await, "a step before");
    assert!(use_step(&home, 8).await);
}

pub(super) async fn factors_of_another_workspace_are_not_there(store: &dyn Store) {
    let (home, other) = Home::found_twins(store, "isolation of factors").await;
    let factor = factor(&home, Method::Totp, 1);
    put(&home, &factor, None).await;
    let device = device(&home, 1);
    remember(&home, &device).await;

    let mut reads = other.reads().await;
    assert_eq!(reads.factors_of(home.admin.id).await.unwrap(), []);
    assert_eq!(reads.devices_of(home.admin.id).await.unwrap(), []);
    assert_eq!(reads.find_device(&device.digest).await.unwrap(), None);
    reads.finish().await.unwrap();
    let mut work = other.begin().await;
    assert!(!work.unit.remove_factor(factor.id).await.unwrap());
    assert!(!work.unit.use_device(device.id, at(2)).await.unwrap());
    assert!(!work.unit.forget_device(device.id).await.unwrap());
    assert_eq!(work.unit.forget_devices_of(home.admin.id).await.unwrap(), 0);
    expect_kind(work.unit.put_factor(&factor, None).await, Refused, "a factor");
    work.cancel().await;
    let mut work = other.begin().await;
    expect_kind(work.unit.put_device(&device).await, Refused, "a device");
    work.cancel().await;
}

pub(super) async fn a_device_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "devices").await;
    let (first, second) = (device(&home, 1), device(&home, 2));
    for device in [&first, &second] {
        remember(&home, device).await;
    }
    let mut work = home.begin().await;
    assert!(work.unit.use_device(first.id, at(9)).await.unwrap());
    work.commit().await;
    let first = RememberedDevice { last_used_at: at(9), ..first };
    let mut reads = home.reads().await;
    assert_eq!(reads.find_device(&first.digest).await.unwrap().as_ref(), Some(&first));
    assert_eq!(reads.devices_of(home.admin.id).await.unwrap(), [second, first]);
    assert_eq!(reads.devices_of(home.seller.id).await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn a_forgotten_device_is_gone(store: &dyn Store) {
    let home = Home::found(store, "forgotten devices").await;
    let devices = [device(&home, 1), device(&home, 2), device(&home, 3)];
    for device in &devices {
        remember(&home, device).await;
    }
    let mut work = home.begin().await;
    assert!(work.unit.forget_device(devices[0].id).await.unwrap());
    assert!(!work.unit.forget_device(devices[0].id).await.unwrap());
    assert!(!work.unit.use_device(devices[0].id, at(4)).await.unwrap());
    assert_eq!(work.unit.forget_devices_of(home.seller.id).await.unwrap(), 0);
    assert_eq!(work.unit.forget_devices_of(home.admin.id).await.unwrap(), 2);
    work.commit().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.devices_of(home.admin.id).await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn expired_devices_are_forgotten_along_the_way(store: &dyn Store) {
    let home = Home::found(store, "expired devices").await;
    let expired = RememberedDevice { expires_at: at(5), ..device(&home, 1) };
    let live = RememberedDevice { expires_at: at(6), ..device(&home, 2) };
    let newest = device(&home, 5);
    for device in [&expired, &live, &newest] {
        remember(&home, device).await;
    }
    let mut reads = home.reads().await;
    assert_eq!(reads.devices_of(home.admin.id).await.unwrap(), [newest, live]);
    reads.finish().await.unwrap();
}

/// Uses a step of the admin's only factor, as often as another use comes first: whether it was unused.
async fn use_step(home: &Home<'_>, step: u64) -> bool {
    loop {
        let mut work = home.begin().await;
        pause().await;
        let factor = work.unit.factors_of(home.admin.id).await.unwrap().pop().unwrap();
        if factor.step.is_some_and(|last| step <= last) {
            work.cancel().await;
            return false;
        }
        let used = Factor { step: Some(step), ..factor.used(at(2)) };
        match work.unit.put_factor(&used, Some(factor.version)).await {
            Ok(()) => {
                work.commit().await;
                return true;
            }
            Err(error) => {
                assert_eq!(error.kind(), Conflict, "{error}");
                work.cancel().await;
            }
        }
    }
}

fn factor(home: &Home<'_>, method: Method, seconds: u64) -> Factor {
    Factor {
        workspace: home.workspace,
        id: CredentialId::generate(at(seconds), &home.dice),
        user: home.admin.id,
        method,
        name: "Åsa's telephone".to_owned(),
        sealed: sealed(home),
        lookup: None,
        step: None,
        version: 1,
        created_at: at(seconds),
        last_used_at: None,
    }
}

fn device(home: &Home<'_>, seconds: u64) -> RememberedDevice {
    let lifetime = RememberedDevice::LIFETIME;
    let (device, _) = RememberedDevice::remember(&home.admin, lifetime, at(seconds), &home.dice);
    RememberedDevice {
        address: Some("192.0.2.1".to_owned()),
        user_agent: Some("a browser".to_owned()),
        ..device
    }
}

async fn put(home: &Home<'_>, factor: &Factor, expected: Option<u64>) {
    let mut work = home.begin().await;
    work.unit.put_factor(factor, expected).await.unwrap();
    work.commit().await;
}

async fn remember(home: &Home<'_>, device: &RememberedDevice) {
    let mut work = home.begin().await;
    work.unit.put_device(device).await.unwrap();
    work.commit().await;
}
