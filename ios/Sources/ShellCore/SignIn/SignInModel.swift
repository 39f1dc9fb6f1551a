import CoreBindings
import Observation

/// Who holds the phone. Typed digits are kept in memory only, and no longer than they are needed.
@MainActor @Observable
public final class SignInModel: ScreenModel {
    /// Saved while an officer changes the PIN.
    static let changing = "signin.changing"
    /// Preference, with the officer: unlock by finger or face from the next PIN on.
    static let wanted = "biometric."

    public internal(set) var state = SignInState(loading: true)
    @ObservationIgnored let shell: Shell
    @ObservationIgnored let life = Life()
    @ObservationIgnored private var typed = ""
    @ObservationIgnored private var chosenNew = ""
    @ObservationIgnored private var old: String?
    @ObservationIgnored private var isCounting = false
    /// The list is shown while somebody is signed in: before that officer a colleague sets a first PIN.
    @ObservationIgnored private var others = false

    public init(_ shell: Shell) {
        self.shell = shell
        follow { try await $0.load() }
    }

    private func load() async throws {
        let view = try await ask { try await $0.signInScreen() }
        let conditions = shell.conditions()
        let officers = view.officers.map { $0.said() }
        // Only who is signed in changes a PIN here: whoever is not signs in, whatever was asked for before.
        let changing = view.signedIn?.officer == self.changing ? self.changing : nil
        if state.changing && changing == nil { begin() }
        let chosen = state.chosen?.officer ?? (others ? nil : changing)
        let kept = officers.first { $0.officer == chosen }
        let biometric = (changing == nil || changing != kept?.officer) && hasBiometric(kept)
        set {
            $0.conditions = conditions
            $0.loading = false
            $0.officers = officers
            $0.chosen = kept
            $0.waitSecs = Int(view.pinWaitSecs)
            $0.sentence = view.sentence?.said()
            $0.changing = changing != nil
            $0.biometric = biometric
        }
        if view.pinWaitSecs > 0 { countDown() }
    }

    private func hasBiometric(_ officer: OfficerLine?) -> Bool {
        guard let officer else { return false }
        return shell.device.biometrics.available && shell.device.biometrics.keeps(officer.officer)
    }

    /// The officer who wants another PIN.
    private var changing: String? {
        shell.device.saved[Self.changing]
    }

    private func countDown() {
        if isCounting { return }
        isCounting = true
        life.add(
            Task { [weak self] in
                while let self, self.state.waitSecs > 0, !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    self.set { $0.waitSecs = max(0, $0.waitSecs - 1) }
                }
                self?.isCounting = false
                try? await self?.load()
            })
    }

    public func send(_ action: SignInAction) {
        switch action {
        case .choose(let officer): choose(state.officers.first { $0.officer == officer })
        case .chooseAnother: choose(nil)
        case .leave: leave()
        case .digit(let digit): type(digit: digit)
        case .eraseDigit: type(String(typed.dropLast()))
        case .useBiometric: biometric()
        case .reload: launch { try await $0.load() }
        }
    }

    private func choose(_ officer: OfficerLine?) {
        forgetDigits()
        others = officer == nil
        let biometric = (!state.changing || changing != officer?.officer) && hasBiometric(officer)
        set {
            $0.chosen = officer
            $0.step = officer?.hasPin == false ? .chooseNew : .enter
            $0.sentence = nil
            $0.biometric = biometric
            $0.work = .idle
        }
    }

    /// The PIN stays as it is.
    private func leave() {
        forgetDigits()
        shell.device.saved[Self.changing] = nil
        shell.navigator.back()
    }

    /// A PIN is typed again from the beginning.
    private func begin() {
        forgetDigits()
        set { $0.step = $0.chosen?.hasPin == false ? .chooseNew : .enter }
    }

    private func forgetDigits() {
        chosenNew = ""
        old = nil
        type("")
    }

    private func type(_ digits: String) {
        typed = digits
        set { $0.digits = digits.count }
    }

    private func type(digit: Int) {
        if case .running = state.work { return }
        if state.waitSecs > 0 || typed.count >= state.pinLength { return }
        type(typed + String(digit))
        if typed.count == state.pinLength { typedAll() }
    }

    private func typedAll() {
        let pin = typed
        type("")
        switch state.step {
        case .enter where !state.changing || changing != state.chosen?.officer: signIn(pin)
        case .enter:
            old = pin
            set { $0.step = .chooseNew }
        case .chooseNew:
            chosenNew = pin
            set {
                $0.step = .repeatNew
                $0.sentence = nil
            }
        case .repeatNew where pin == chosenNew: setPin(pin)
        case .repeatNew:
            chosenNew = ""
            set {
                $0.step = .chooseNew
                $0.sentence = Texts.SignIn.differ
            }
        }
    }

    private func setPin(_ pin: String) {
        guard let officer = state.chosen?.officer else { return }
        let before = old
        attempt { model in
            try await model.ask { try await $0.setPin(officer: officer, oldPin: before, newPin: pin) }
            model.shell.device.biometrics.forget(officer)
            model.shell.device.saved[Self.changing] = nil
            try await model.enter(officer, pin)
        }
    }

    private func signIn(_ pin: String) {
        guard let officer = state.chosen?.officer else { return }
        attempt { try await $0.enter(officer, pin) }
    }

    private func attempt(_ block: @escaping @MainActor (SignInModel) async throws -> Void) {
        work(Texts.SignIn.checking) { model in
            do {
                try await block(model)
            } catch let failure as CoreFailure {
                model.begin()
                try await model.load()
                throw failure
            }
            return nil
        }
    }

    private func enter(_ officer: String, _ pin: String) async throws {
        _ = try await tell { try await $0.signIn(officer: officer, pin: pin) }
        let biometrics = shell.device.biometrics
        if shell.device.preferences[Self.wanted + officer] != nil && !biometrics.keeps(officer) {
            _ = await biometrics.keep(officer, pin: pin)
        }
        shell.navigator.back()
    }

    private func biometric() {
        guard let officer = state.chosen?.officer else { return }
        work(Texts.SignIn.checking) { model in
            if let pin = await model.shell.device.biometrics.pin(officer) { try await model.enter(officer, pin) }
            return nil
        }
    }
}
