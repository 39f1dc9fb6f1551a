import ShellCore
import SwiftUI

/// The whole app: the screen at the top of the route, with a model of its own for as long as it is shown.
public struct AppRoot<Viewfinder: View>: View {
    private let shell: Shell
    private let viewfinder: () -> Viewfinder

    /// - Parameter viewfinder: the camera's picture, drawn by the phone.
    public init(shell: Shell, @ViewBuilder viewfinder: @escaping () -> Viewfinder) {
        self.shell = shell
        self.viewfinder = viewfinder
    }

    public var body: some View {
        NavigationStack {
            switch shell.host.state.value {
            case .failed(let why): Sign(why, .bad)
            case .closed, .opening: ProgressView()
            case .open: screen(shell.navigator.route.value.top)
            }
        }
        .environment(\.lang, shell.lang.value)
        .task { _ = try? await shell.start() }
    }

    @ViewBuilder private func screen(_ place: Place) -> some View {
        switch place {
        case .enrol: Shown(EnrolModel.init, shell) { EnrolScreen(state: $0.state, send: $0.send) }
        case .signIn: Shown(SignInModel.init, shell) { SignInScreen(state: $0.state, send: $0.send) }
        case .today: Shown(TodayModel.init, shell) { TodayScreen(state: $0.state, send: $0.send) }
        case .sessionOpen: Shown(SessionOpenModel.init, shell) { SessionOpenScreen(state: $0.state, send: $0.send) }
        case .capture: Shown(CaptureModel.init, shell) { CaptureScreen(state: $0.state, viewfinder: viewfinder(), send: $0.send) }
        case .recorder: Shown(RecorderModel.init, shell) { RecorderScreen(state: $0.state, send: $0.send) }
        case .documents: Shown(DocumentsModel.init, shell) { DocumentsScreen(state: $0.state, send: $0.send) }
        case .review, .sign, .gapSheet, .faultSheet, .triggerSheet, .syncStatus, .settings: further(place)
        }
    }

    @ViewBuilder private func further(_ place: Place) -> some View {
        switch place {
        case .review: Shown(ReviewModel.init, shell) { ReviewScreen(state: $0.state, send: $0.send) }
        case .sign: Shown(SignModel.init, shell) { SignScreen(state: $0.state, send: $0.send) }
        case .gapSheet: Shown(GapSheetModel.init, shell) { GapSheetScreen(state: $0.state, send: $0.send) }
        case .faultSheet: Shown(FaultSheetModel.init, shell) { FaultSheetScreen(state: $0.state, send: $0.send) }
        case .triggerSheet: Shown(TriggerSheetModel.init, shell) { TriggerSheetScreen(state: $0.state, send: $0.send) }
        case .syncStatus: Shown(SyncStatusModel.init, shell) { SyncStatusScreen(state: $0.state, send: $0.send) }
        default: Shown(SettingsModel.init, shell) { SettingsScreen(state: $0.state, send: $0.send) }
        }
    }
}

/// Makes a model when its screen comes up, and keeps it until the screen goes.
private struct Shown<Model: AnyObject, Content: View>: View {
    @State private var model: Model?
    private let make: @MainActor (Shell) -> Model
    private let shell: Shell
    private let content: (Model) -> Content

    init(_ make: @escaping @MainActor (Shell) -> Model, _ shell: Shell, @ViewBuilder content: @escaping (Model) -> Content) {
        self.make = make
        self.shell = shell
        self.content = content
    }

    var body: some View {
        if let model {
            content(model)
        } else {
            ProgressView().onAppear { model = make(shell) }
        }
    }
}
