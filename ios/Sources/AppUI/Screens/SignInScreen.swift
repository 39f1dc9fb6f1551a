import ShellCore
import SwiftUI

/// Who holds the phone.
struct SignInScreen: View {
    let state: SignInState
    let send: (SignInAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(
            title: state.chosen == nil ? Texts.SignIn.who : Texts.SignIn.title, conditions: state.conditions, loading: state.loading,
            work: state.work, dismiss: reload
        ) {
            if let officer = state.chosen {
                Text(verbatim: officer.name).font(.title)
                Text(verbatim: officer.unit).font(.caption)
                Said(prompt)
                if let sentence = state.sentence { Sign(sentence, .attention) }
                if state.waitSecs > 0 {
                    Sign(Texts.SignIn.wait(state.waitSecs), .bad)
                } else {
                    PinPad(
                        typed: state.digits, length: state.pinLength, digit: { send(.digit($0)) }, erase: { send(.eraseDigit) })
                    if state.biometric {
                        GateButton(title: Texts.SignIn.biometric, isMain: false) { send(.useBiometric) }
                    }
                }
                GateButton(title: Texts.SignIn.another, isMain: false) { send(.chooseAnother) }
            } else {
                roster
            }
            if state.changing { GateButton(title: Texts.cancel, isMain: false) { send(.leave) } }
        }
    }

    private func reload() {
        send(.reload)
    }

    private var prompt: Sentence {
        switch state.step {
        case .enter: Texts.SignIn.enter
        case .chooseNew: Texts.SignIn.chooseNew
        case .repeatNew: Texts.SignIn.repeatNew
        }
    }

    private var roster: some View {
        Section(Texts.SignIn.who[lang]) {
            if state.officers.isEmpty { Said(Texts.SignIn.empty) }
            ForEach(state.officers, id: \.officer) { officer in
                Button {
                    send(.choose(officer.officer))
                } label: {
                    VStack(alignment: .leading, spacing: 4) {
                        Text(verbatim: officer.name).font(.headline)
                        Text(verbatim: officer.unit).font(.caption)
                        if let number = officer.certNo { Fact(Texts.SignIn.certNo, number) }
                        if let why = officer.whyNot { Sign(why, .bad) }
                    }
                    .wholeRow()
                }
            }
        }
    }
}

struct SignInScreen_Previews: PreviewProvider {
    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) {
            SignInScreen(state: $0.of(SignInState(officers: Samples.officers))) { _ in }.previewDisplayName($0.rawValue)
        }
        SignInScreen(state: SignInState()) { _ in }
        SignInScreen(state: SignInState(officers: Samples.officers)) { _ in }
        SignInScreen(state: SignInState(chosen: Samples.officers[0], digits: 3, biometric: true)) { _ in }
        SignInScreen(state: SignInState(chosen: Samples.officers[0], changing: true)) { _ in }
        ForEach(PinStep.allCases, id: \.self) {
            SignInScreen(state: SignInState(chosen: Samples.officers[0], step: $0, sentence: Texts.SignIn.differ)) { _ in }
                .previewDisplayName($0.rawValue)
        }
        SignInScreen(state: SignInState(chosen: Samples.officers[0], waitSecs: 30)) { _ in }
    }
}
