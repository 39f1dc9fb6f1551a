import AppUI
import AppleAdapters
import ShellCore
import SwiftUI

/// The app: one window, whose screens follow the shell's route. Whatever must survive the window is kept elsewhere.
@main
struct LiuhenApp: App {
    @UIApplicationDelegateAdaptor(Entrance.self) private var entrance
    @Environment(\.scenePhase) private var phase

    var body: some Scene {
        WindowGroup {
            ZStack {
                switch entrance.opened {
                case .success(let phone):
                    AppRoot(shell: phone.shell, outside: Drawn.outside(phone)).onOpenURL { phone.told($0) }
                case .failure: Text(verbatim: Texts.notDone.zh + "\n" + Texts.notDone.en)
                }
                // What the list of recent apps shows, and what lies on the glass while a call comes in.
                if phase != .active { Color(.systemBackground).ignoresSafeArea() }
            }
        }
        .onChange(of: phase, initial: true) { _, now in
            // Inactive is in between: a call's banner or the system's question whether the camera may be used.
            if now == .active { entrance.phone?.seen(true) }
            if now == .background { entrance.phone?.seen(false) }
        }
    }
}
