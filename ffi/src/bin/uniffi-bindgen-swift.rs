//! Makes the Swift bindings, their C header and their module map.
#![forbid(unsafe_code)]

fn main() {
    uniffi::uniffi_bindgen_swift();
}
