import AppUI
import AppleAdapters
import ShellCore
import SwiftUI
import UIKit

/// What the phone itself draws on the screens, and what comes to the app from outside.
@MainActor
enum Drawn {
    static func outside(_ phone: Phone) -> Outside {
        Outside(
            viewfinder: { AnyView(Native { CameraView(phone.media) }) },
            player: { AnyView(Native { FilmView(phone.player) }) },
            codeFinder: { found in AnyView(CodeFinder(found: found)) },
            invitation: phone.invitation)
    }

    /// A view of UIKit that needs nothing of SwiftUI's.
    private struct Native: UIViewRepresentable {
        let make: @MainActor () -> UIView

        init(_ make: @escaping @MainActor () -> UIView) {
            self.make = make
        }

        func makeUIView(context: Context) -> UIView { make() }

        func updateUIView(_ view: UIView, context: Context) {}
    }

    /// The camera's picture while it looks for a code.
    private struct CodeFinder: UIViewRepresentable {
        let found: @MainActor (String) -> Void

        func makeCoordinator() -> CodeCamera { CodeCamera(found) }

        func makeUIView(context: Context) -> CameraView {
            context.coordinator.begin()
            return CameraView(context.coordinator)
        }

        func updateUIView(_ view: CameraView, context: Context) {}

        static func dismantleUIView(_ view: CameraView, coordinator: CodeCamera) {
            coordinator.end()
        }
    }
}
