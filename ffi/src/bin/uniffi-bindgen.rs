//! Makes the Kotlin and the Python bindings.
#![forbid(unsafe_code)]

fn main() {
    uniffi::uniffi_bindgen_main();
}
