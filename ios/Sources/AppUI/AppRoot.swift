import ShellCore
import SwiftUI

/// What only a phone can draw, and what comes to the app from outside.
@MainActor
public struct Outside {
    let viewfinder: () -> AnyView
    let player: () -> AnyView
    let codeFinder: (_ found: @escaping @MainActor (String) -> Void) -> AnyView
    let invitation: Watched<String?>

    /// - Parameters:
    ///   - viewfinder: the camera's picture.
    ///   - player: a video being played.
    ///   - codeFinder: the camera's picture while it looks for a code, whose text is told.
    ///   - invitation: the text of an invitation that another app handed over; nothing when none waits.
    public init(
        viewfinder: @escaping () -> AnyView,
        player: @escaping () -> AnyView,
        codeFinder: @escaping (_ found: @escaping @MainActor (String) -> Void) -> AnyView,
        invitation: Watched<String?>
    ) {
        self.viewfinder = viewfinder
        self.player = player
        self.codeFinder = codeFinder
        self.invitation = invitation
    }
}

/// The whole app: the store being opened, then the screen at the top of the route with a model of its own for as long as it is shown.
public struct AppRoot: View {
    private let shell: Shell
    private let outside: Outside

    public init(shell: Shell, outside: Outside) {
        self.shell = shell
        self.outside = outside
    }

    public var body: some View {
        NavigationStack {
            switch shell.host.state.value {
            case .failed(let why): StartScreen(failed: why) { Task { try? await shell.start() } }
            case .closed, .opening: StartScreen(failed: nil) {}
            case .open: screen(shell.navigator.route.value.top)
            }
        }
        .environment(\.lang, shell.lang.value)
        .task { _ = try? await shell.start() }
    }

    @ViewBuilder private func screen(_ place: Place) -> some View {
        switch place {
        case .enrol: Shown(EnrolModel.init, shell) { enrol($0) }
        case .signIn: Shown(SignInModel.init, shell) { SignInScreen(state: $0.state, send: $0.send) }
        case .today: Shown(TodayModel.init, shell) { TodayScreen(state: $0.state, send: $0.send) }
        case .sessionOpen: Shown(SessionOpenModel.init, shell) { SessionOpenScreen(state: $0.state, send: $0.send) }
        case .capture:
            Shown(CaptureModel.init, shell) { CaptureScreen(state: $0.state, viewfinder: outside.viewfinder(), send: $0.send) }
        case .recorder: Shown(RecorderModel.init, shell) { RecorderScreen(state: $0.state, send: $0.send) }
        case .documents: Shown(DocumentsModel.init, shell) { DocumentsScreen(state: $0.state, send: $0.send) }
        case .review, .sign, .gapSheet, .faultSheet, .triggerSheet, .syncStatus, .settings: further(place)
        }
    }

    @ViewBuilder private func further(_ place: Place) -> some View {
        switch place {
        case .review: Shown(ReviewModel.init, shell) { ReviewScreen(state: $0.state, player: outside.player(), send: $0.send) }
        case .sign: Shown(SignModel.init, shell) { SignScreen(state: $0.state, send: $0.send) }
        case .gapSheet: Shown(GapSheetModel.init, shell) { GapSheetScreen(state: $0.state, send: $0.send) }
        case .faultSheet: Shown(FaultSheetModel.init, shell) { FaultSheetScreen(state: $0.state, send: $0.send) }
        case .triggerSheet: Shown(TriggerSheetModel.init, shell) { TriggerSheetScreen(state: $0.state, send: $0.send) }
        case .syncStatus: Shown(SyncStatusModel.init, shell) { SyncStatusScreen(state: $0.state, send: $0.send) }
        default: Shown(SettingsModel.init, shell) { SettingsScreen(state: $0.state, send: $0.send) }
        }
    }

    private func enrol(_ model: EnrolModel) -> some View {
        EnrolScreen(state: model.state, viewfinder: outside.codeFinder { model.send(.scanned($0)) }, send: model.send)
            .task(id: outside.invitation.value) { await accept(model) }
    }

    /// An invitation is taken once.
    private func accept(_ model: EnrolModel) async {
        guard let text = outside.invitation.value else { return }
        outside.invitation.set(nil)
        model.send(.scanned(text))
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
