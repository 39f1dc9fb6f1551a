import ShellCore
import SwiftUI

/// What this phone is, and the few things an officer may set.
struct SettingsScreen: View {
    let state: SettingsState
    let send: (SettingsAction) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Frame(
            title: Texts.Settings.title, conditions: state.conditions, loading: state.loading, work: state.work,
            ask: { send(.askPermission($0)) }, dismiss: { send(.dismissWork) }
        ) {
            Section(Texts.Settings.device[lang]) {
                Fact(Texts.Settings.bureau, state.bureau)
                Fact(Texts.Settings.deviceNo, state.deviceNo)
                Fact(Texts.Settings.identity, state.device)
                Fact(Texts.Settings.keyStore, state.keyStore)
                Fact(Texts.Settings.due, state.due)
                if let storage = state.storage { Fact(Texts.Settings.space, storage.sentence) }
                Fact(Texts.Settings.version, state.version)
            }
            uploading
            Section(Texts.Settings.unlock[lang]) {
                Switch(Texts.Settings.biometric, state.biometric) { send(.setBiometric($0)) }.disabled(!state.biometricAvailable)
                if !state.biometricAvailable { Said(Texts.Settings.noBiometric).font(.caption) }
                GateButton(title: Texts.Settings.changePin, isMain: false) { send(.changePin) }
            }
            Picker(
                Texts.Settings.language[lang], selection: Binding(get: { state.lang }, set: { send(.setLang($0)) }),
                content: {
                    Said(Texts.Settings.chinese).tag(Lang.zh)
                    Said(Texts.Settings.english).tag(Lang.en)
                })
            Section(Texts.Settings.permissions[lang]) {
                ForEach(state.permissions, id: \.permission) { line in
                    Fact(Texts.permission(line.permission), line.granted ? Texts.Settings.granted : Texts.Settings.notGranted)
                    if !line.granted { AreaButton(title: Texts.allow[lang]) { send(.askPermission(line.permission)) } }
                }
            }
            GateButton(title: Texts.Settings.lock, isMain: false) { send(.lock) }
            Said(Texts.Settings.lockLead).font(.caption)
        }
        .toolbar {
            ToolbarItem(placement: .cancellationAction) {
                Button(Texts.back[lang]) { send(.back) }
            }
        }
    }

    private var uploading: some View {
        Section(Texts.Settings.upload[lang]) {
            ForEach(state.officeSsids, id: \.self) { name in
                HStack(spacing: 8) {
                    Text(verbatim: name)
                    Spacer()
                    AreaButton(title: Texts.Settings.remove[lang], isWide: false) { send(.removeSsid(name)) }
                }
            }
            Entry(Texts.Settings.officeWifi, state.newSsid) { send(.setNewSsid($0)) }
            GateButton(title: Texts.Settings.addWifi, isMain: false) { send(.addSsid) }
            Switch(Texts.Settings.allowMetered, state.allowMetered) { send(.setAllowMetered($0)) }
            Stepper(
                Texts.Settings.keepDays[lang] + " " + Texts.Settings.days(state.keepDays)[lang],
                value: Binding(get: { state.keepDays }, set: { send(.setKeepDays($0)) }), in: 0...365, step: 1)
        }
    }
}

struct SettingsScreen_Previews: PreviewProvider {
    private static let set = SettingsState(
        bureau: "示例区人社局", deviceNo: "TEL-0007", storage: Samples.storage, officeSsids: ["office"],
        permissions: Permission.allCases.map { PermissionLine(permission: $0, granted: $0 == .camera) })

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) {
            SettingsScreen(state: $0.of(set)) { _ in }.previewDisplayName($0.rawValue)
        }
        ForEach(Lang.allCases, id: \.self) { SettingsScreen(state: SettingsState(lang: $0, biometricAvailable: false)) { _ in } }
    }
}
