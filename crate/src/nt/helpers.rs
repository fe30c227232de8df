//! Who may help somebody who waits: the threads whose code calls a routine that would end the wait, as far as the text of
//! the scenario tells. The wait-for graph asks; nothing here knows of waits.

use crate::program::{BodyKind, Op, ParamKind, Program, Routine};

/// Those whose code may call one of some routines.
#[derive(Debug)]
pub(super) struct Helpers {
    /// Code that may run at any time, in whatever thread, is among them.
    pub anybody: bool,
    /// The threads with such code.
    pub threads: Vec<u16>,
}

impl Helpers {
    /// Those who may make a suspended thread go on, by resuming it or by ending it.
    pub(super) fn who_resume(program: &Program) -> Self {
        use Routine as R;
        Self::who_call(program, |routine| {
            matches!(routine, R::ResumeThread | R::NtResumeThread | R::KeResumeThread | R::TerminateThread)
        })
    }

    /// Those who may accept a connection, or complete one.
    pub(super) fn who_accept(program: &Program) -> Self {
        use Routine as R;
        Self::who_call(program, |routine| {
            matches!(routine, R::NtAlpcAcceptConnectPort | R::NtAcceptConnectPort | R::NtCompleteConnectPort)
        })
    }

    /// Those who may take a message back, or end its connection.
    pub(super) fn who_withdraw(program: &Program) -> Self {
        use Routine as R;
        Self::who_call(program, |routine| {
            matches!(routine, R::NtAlpcCancelMessage | R::NtAlpcDisconnectPort | R::NtClose)
        })
    }

    /// Those who may answer a message.
    pub(super) fn who_reply(program: &Program) -> Self {
        use Routine as R;
        Self::who_call(program, |routine| {
            matches!(routine, R::NtAlpcSendWaitReceivePort | R::NtReplyPort | R::NtReplyWaitReceivePort)
        })
    }

    /// Those who may receive a message.
    pub(super) fn who_receive(program: &Program) -> Self {
        use Routine as R;
        Self::who_call(program, |routine| {
            matches!(
                routine,
                R::NtAlpcSendWaitReceivePort
                    | R::NtListenPort
                    | R::NtReplyWaitReceivePort
                    | R::AlpcGetMessageFromCompletionList
            )
        })
    }

    /// Those who may give a thread other processors to run on.
    pub(super) fn who_move(program: &Program) -> Self {
        use Routine as R;
        Self::who_call(program, |routine| matches!(routine, R::SetThreadAffinityMask | R::SetProcessAffinityMask))
    }

    /// Looks through the code of a program, and through what that calls.
    fn who_call(program: &Program, helps: fn(Routine) -> bool) -> Self {
        let helps = |op: &Op| matches!(op, Op::Call { routine, .. } if helps(*routine));
        let calls_back = |op: &Op| {
            let Op::Call { routine, .. } = op else { return false };
            let called = |kind| matches!(kind, ParamKind::Callback | ParamKind::PortInformation);
            routine.info().params.iter().any(|p| called(p.kind))
        };
        let mut may: Vec<bool> = (0..program.bodies.len()).map(|b| program.code_of(b).iter().any(helps)).collect();
        loop {
            let calls = |op: &Op| matches!(op, Op::CallBody { body, .. } if may[*body as usize]);
            let Some(found) = (0..may.len()).find(|b| !may[*b] && program.code_of(*b).iter().any(calls)) else { break };
            may[found] = true;
        }
        let called_back = program.code.iter().any(calls_back);
        let by_itself = |kind: BodyKind| match kind {
            BodyKind::UserThread | BodyKind::SystemThread => false,
            BodyKind::Function | BodyKind::Service => called_back,
            _ => true,
        };
        let anybody = program.bodies.iter().zip(&may).any(|(body, may)| *may && by_itself(body.kind));
        let helper = |body: u16| may.get(body as usize).is_some_and(|may| *may);
        let threads = (0..).zip(&program.threads).filter(|(_, t)| helper(t.body)).map(|(thread, _)| thread);
        Self { anybody, threads: threads.collect() }
    }
}
