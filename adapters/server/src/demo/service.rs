//! What a support agent does at a visit to the desk.

use sutra_kernel::{RecordId, Value};

use super::{desk::Desk, sales::Contact, words};
use crate::failure::Failure;

const ORIGINS: [&str; 4] = ["E-mail", "Phone", "Web", "Chat"];
const TYPES: [&str; 4] = ["Question", "Problem", "Request", "Complaint"];

/// What one agent has not settled yet.
#[derive(Default)]
pub(super) struct Queue {
    open: Vec<Case>,
}

#[derive(Clone, Copy)]
struct Case {
    id: RecordId,
    answer: &'static str,
}

impl Desk<'_> {
    /// Settles some of what is open, and takes up what customers ask.
    pub(super) async fn serve(&mut self, queue: &mut Queue, customers: &[Contact]) -> Result<(), Failure> {
        self.settle(queue).await?;
        let customers = self.chance.some_of(customers, self.share(self.scale.cases).count());
        let (mut records, mut answers) = (Vec::new(), Vec::new());
        for customer in customers {
            let (subject, answer) = self.chance.one_of(&words::TROUBLES).unwrap_or_default();
            answers.push(answer);
            records.push(vec![
                ("subject", Value::text(subject)),
                ("status", Value::text("New")),
                ("priority", self.pick(&["High", "Normal", "Normal", "Low"])),
                ("origin", self.pick(&ORIGINS)),
                ("type", self.pick(&TYPES)),
                ("contact", Value::Reference(customer.id)),
                ("account", Value::Reference(customer.account)),
            ]);
        }
        let made = self.create("case", records).await?;
        queue.open.extend(made.into_iter().zip(answers).map(|(id, answer)| Case { id, answer }));
        Ok(())
    }

    async fn settle(&mut self, queue: &mut Queue) -> Result<(), Failure> {
        let (mut changes, mut open) = (Vec::new(), Vec::new());
        for case in queue.open.drain(..) {
            match self.chance.below(5) {
                0 => open.push(case),
                1 => {
                    let status = self.pick(&["In Progress", "Waiting for Customer", "Escalated"]);
                    changes.push((case.id, vec![("status", status)]));
                    open.push(case);
                }
                _ => changes.push((
                    case.id,
                    vec![
                        ("status", Value::text("Closed")),
                        ("closedAt", Value::Timestamp(self.engine.now())),
                        ("resolution", Value::text(case.answer)),
                    ],
                )),
            }
        }
        queue.open = open;
        self.update("case", changes).await
    }
}
