import ShellCore
import SwiftUI

/// Before everything else: the store is being opened, or could not be and `failed` says why. Nothing is lost by that.
struct StartScreen: View {
    let failed: Sentence?
    let retry: () -> Void

    var body: some View {
        Frame(title: Texts.appName, loading: failed == nil, work: .idle) {
            if let failed {
                Sign(failed, .bad)
                GateButton(title: Texts.retry) { retry() }
            }
        }
    }
}

struct StartScreen_Previews: PreviewProvider {
    static var previews: some View {
        StartScreen(failed: nil) {}
        StartScreen(failed: Sentence("证据库正被另一个程序使用", "another program uses the vault")) {}
    }
}
