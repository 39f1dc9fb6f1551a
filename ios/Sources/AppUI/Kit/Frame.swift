import ShellCore
import SwiftUI

/// What every screen has: its title, what is to be known above it, what is under way below it.
struct Frame<Content: View>: View {
    let title: Sentence
    var conditions: [Condition] = []
    var loading = false
    let work: Work
    var ask: (Permission) -> Void = { _ in }
    var cancel: () -> Void = {}
    var dismiss: () -> Void = {}
    @ViewBuilder let content: () -> Content
    @Environment(\.lang) private var lang

    var body: some View {
        List {
            ForEach(conditions.indices, id: \.self) { at in
                ConditionRow(condition: conditions[at], ask: ask)
            }
            WorkRow(work: work, cancel: cancel, dismiss: dismiss)
            if loading {
                ProgressView().accessibilityLabel(Texts.loading[lang])
            }
            content()
        }
        .navigationTitle(title[lang])
    }
}

/// A circumstance that lasts.
struct ConditionRow: View {
    let condition: Condition
    let ask: (Permission) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        switch condition {
        case .offline: Sign(Texts.offline, .attention)
        case .denied(let permission, let forGood):
            VStack(alignment: .leading, spacing: 8) {
                Sign(Texts.denied(permission), .bad)
                Button((forGood ? Texts.allowInSettings : Texts.allow)[lang]) { ask(permission) }
            }
        case .storageLow(let sentence, let full): Sign(sentence, full ? .bad : .attention)
        case .batteryLow(let percent):
            Sign(Sentence("\(Texts.batteryLow.zh) \(percent)%", "\(Texts.batteryLow.en): \(percent)%"), .attention)
        case .recorderLost(let sentence): Sign(sentence, .bad)
        case .certificateExpired(let sentence): Sign(sentence, .bad)
        case .waiting(let sentence): Sign(sentence, .plain)
        case .said(let sentence, let tone): Sign(sentence, tone)
        }
    }
}

/// What is under way, what failed and why, or what is done.
struct WorkRow: View {
    let work: Work
    var cancel: () -> Void = {}
    var dismiss: () -> Void = {}
    @Environment(\.lang) private var lang

    var body: some View {
        switch work {
        case .idle: EmptyView()
        case .running(let what, let permille, let cancellable):
            VStack(alignment: .leading, spacing: 8) {
                Said(what)
                if let permille {
                    ProgressView(value: Double(permille), total: 1000)
                } else {
                    ProgressView()
                }
                if cancellable {
                    Button(Texts.cancel[lang]) { cancel() }
                }
            }
        case .failed(let why, let needs, _):
            VStack(alignment: .leading, spacing: 8) {
                Sign(why, .bad)
                ForEach(needs.indices, id: \.self) { at in
                    Said(needs[at].sentence).font(.caption)
                }
                Button(Texts.dismiss[lang]) { dismiss() }
            }
        case .done(let what):
            HStack(spacing: 8) {
                Sign(what, .good)
                Spacer()
                Button(Texts.dismiss[lang]) { dismiss() }
            }
        }
    }
}

/// A button for gloves, and everything that stands in its way.
struct GateButton: View {
    let title: Sentence
    var gate = Gate.open
    var isMain = true
    let action: () -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            Button(title[lang]) { action() }
                .font(isMain ? .headline : .body)
                .frame(maxWidth: .infinity, minHeight: 56)
                .disabled(!gate.allowed)
            ForEach(gate.missing.indices, id: \.self) { at in
                Said(gate.missing[at].sentence).font(.caption).foregroundStyle(.secondary)
            }
        }
    }
}

/// Several answers, one of which is chosen.
struct ChoiceList: View {
    let title: Sentence
    let choices: [Choice]
    let chosen: String?
    let choose: (String) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Section(title[lang]) {
            ForEach(choices, id: \.code) { choice in
                Button {
                    choose(choice.code)
                } label: {
                    HStack(spacing: 8) {
                        Image(systemName: choice.code == chosen ? "largecircle.fill.circle" : "circle").accessibilityHidden(true)
                        Said(choice.label)
                        Spacer()
                    }
                    .frame(maxWidth: .infinity, minHeight: 56)
                }
                .accessibilityValue((choice.code == chosen ? Texts.chosen : Texts.notChosen)[lang])
            }
        }
    }
}

/// A line of text that is typed. The State holds it; every letter is an action.
struct Entry: View {
    let title: Sentence
    let text: String
    let type: (String) -> Void
    @Environment(\.lang) private var lang

    init(_ title: Sentence, _ text: String, _ type: @escaping (String) -> Void) {
        self.title = title
        self.text = text
        self.type = type
    }

    var body: some View {
        TextField(title[lang], text: Binding(get: { text }, set: { type($0) }))
            .frame(maxWidth: .infinity, minHeight: 56)
            .accessibilityLabel(title[lang])
    }
}

/// Something that is or is not.
struct Switch: View {
    let title: Sentence
    let isOn: Bool
    let turn: (Bool) -> Void
    @Environment(\.lang) private var lang

    init(_ title: Sentence, _ isOn: Bool, _ turn: @escaping (Bool) -> Void) {
        self.title = title
        self.isOn = isOn
        self.turn = turn
    }

    var body: some View {
        Toggle(title[lang], isOn: Binding(get: { isOn }, set: { turn($0) }))
            .frame(maxWidth: .infinity, minHeight: 56)
    }
}
