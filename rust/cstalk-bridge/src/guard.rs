//! Nothing but a status leaves: errors become a code and a sentence, panics become `Code::Fault`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::bridge::{Code, Status};
use crate::log_queue;

/// Why a call did nothing: a code and a sentence.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
}

/// What the body of a bridge function gives.
pub(crate) type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn misuse(message: impl Into<String>) -> Self {
        Self::new(Code::Misuse, message)
    }

    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Code::BadInput, message)
    }

    fn fault() -> Self {
        let message = "a fault in CSTalk itself; its log holds the details, please report them";
        Self::new(Code::Fault, message)
    }
}

impl From<cstalk_engine::EngineError> for Refusal {
    fn from(error: cstalk_engine::EngineError) -> Self {
        use cstalk_engine::ErrorKind;
        let code = match error.kind() {
            ErrorKind::BadModel => Code::BadModel,
            ErrorKind::Misuse => Code::Misuse,
            _ => Code::BadInput,
        };
        Self::new(code, error.to_string())
    }
}

impl From<cstalk_model::Error> for Refusal {
    fn from(error: cstalk_model::Error) -> Self {
        use cstalk_model::ErrorKind;
        let code = match error.kind() {
            ErrorKind::BadInput => Code::BadInput,
            ErrorKind::InstallRuntime => Code::InstallRuntime,
            ErrorKind::ChooseAnotherProvider => Code::ChooseAnotherProvider,
            _ => Code::BadModel,
        };
        Self::new(code, error.to_string())
    }
}

impl From<cstalk_audio::AudioError> for Refusal {
    fn from(error: cstalk_audio::AudioError) -> Self {
        Self::bad_input(error.to_string())
    }
}

impl From<cstalk_capture::CaptureError> for Refusal {
    fn from(error: cstalk_capture::CaptureError) -> Self {
        let code = if cfg!(feature = "microphone") { Code::Device } else { Code::NotBuilt };
        Self::new(code, error.to_string())
    }
}

impl From<cstalk_rig::Error> for Refusal {
    fn from(error: cstalk_rig::Error) -> Self {
        Self::bad_input(error.to_string())
    }
}

impl Status {
    pub(crate) fn ok() -> Self {
        Self { code: Code::Ok, message: String::new() }
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code, message: refusal.message }
    }
}

/// Runs the body of a function; a panic becomes a refusal with `Code::Fault`.
pub(crate) fn caught<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    log_queue::install();
    // What a panic left half done is not looked at again: the caller drops it (see `Handle`).
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // Dropping a payload may panic in its turn; it is a text in practice, so that losing it costs nothing.
        std::mem::forget(payload);
        Err(Refusal::fault())
    })
}

/// The status of a body without a result.
pub(crate) fn guard(body: impl FnOnce() -> Result<()>) -> Status {
    caught(body).map_or_else(Status::from, |()| Status::ok())
}

/// The result of a body, or `None` with the reason in `status`.
pub(crate) fn guard_into<T>(status: &mut Status, body: impl FnOnce() -> Result<T>) -> Option<T> {
    match caught(body) {
        Ok(value) => {
            *status = Status::ok();
            Some(value)
        }
        Err(refusal) => {
            *status = refusal.into();
            None
        }
    }
}

/// What an opaque handle holds: something, or nothing because it failed to open, or because a fault has killed it.
pub(crate) struct Handle<T> {
    inner: Option<T>,
    is_dead: bool,
}

impl<T> Handle<T> {
    pub(crate) fn new(inner: Option<T>) -> Self {
        Self { inner, is_dead: false }
    }

    /// Runs a body on what is inside; a panic kills the handle.
    pub(crate) fn run<R>(&mut self, body: impl FnOnce(&mut T) -> Result<R>) -> Result<R> {
        let Some(inner) = self.inner.as_mut() else {
            return Err(if self.is_dead {
                Refusal::new(Code::Fault, "this handle died of an earlier fault in CSTalk: open a new one")
            } else {
                Refusal::misuse("the handle is empty: open it first")
            });
        };
        let result = caught(|| body(inner));
        if result.as_ref().is_err_and(|refusal| refusal.code == Code::Fault) {
            self.is_dead = true;
            self.let_go();
        }
        result
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.inner.as_ref()
    }

    fn let_go(&mut self) {
        let inner = self.inner.take();
        let dropped = caught(|| {
            drop(inner);
            Ok(())
        });
        if let Err(refusal) = dropped {
            log::error!("while a handle was closed: {}", refusal.message);
        }
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        self.let_go();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Grumpy;

    impl Drop for Grumpy {
        fn drop(&mut self) {
            panic!("while dropped");
        }
    }

    #[test]
    fn panics_become_faults_and_kill_the_handle() {
        let status = guard(|| panic!("deliberate"));
        assert_eq!(status.code, Code::Fault);
        let mut handle = Handle::new(Some(1));
        assert_eq!(handle.run(|value| Ok(*value)).unwrap(), 1);
        let refusal = handle.run::<()>(|_| panic!("deliberate")).unwrap_err();
        assert_eq!(refusal.code, Code::Fault);
        let refusal = handle.run(|value| Ok(*value)).unwrap_err();
        assert!(refusal.code == Code::Fault && refusal.message.contains("earlier fault"));
        let refusal = Handle::<i32>::new(None).run(|value| Ok(*value)).unwrap_err();
        assert!(refusal.code == Code::Misuse && refusal.message.contains("open it first"));
        drop(Handle::new(Some(Grumpy)));
    }

    #[test]
    fn a_refusal_keeps_its_code_and_sentence() {
        let mut status = Status::ok();
        let value = guard_into::<u8>(&mut status, || Err(Refusal::bad_input("wanted this, got that")));
        assert!(value.is_none());
        assert_eq!((status.code, status.message.as_str()), (Code::BadInput, "wanted this, got that"));
        assert_eq!(guard_into(&mut status, || Ok(3)), Some(3));
        assert!(status.code == Code::Ok && status.message.is_empty());
    }
}
