import ShellCore
import SwiftUI

/// What every screen has: its title, what is to be known above it, what is under way below it.
struct Frame<Content: View>: View {
    let title: Sentence
    var conditions: [Condition] = []
    var loading = false
    let work: Work
    /// Asks for a permission; without it nothing is offered.
    var ask: ((Permission) -> Void)?
    var cancel: (() -> Void)?
    var retry: (() -> Void)?
    var dismiss: () -> Void = {}
    @ViewBuilder let content: () -> Content
    @Environment(\.lang) private var lang

    var body: some View {
        List {
            ForEach(conditions.indices, id: \.self) { at in
                ConditionRow(condition: conditions[at], ask: ask)
            }
            WorkRow(work: work, cancel: cancel, retry: retry, dismiss: dismiss)
            if loading {
                HStack(spacing: 8) {
                    ProgressView()
                    Said(Texts.loading)
                }
            } else {
                content()
            }
        }
        // Else a touch anywhere in a row does what every button of the row does.
        .buttonStyle(.borderless)
        .navigationTitle(title[lang])
    }
}

/// A circumstance that lasts.
struct ConditionRow: View {
    let condition: Condition
    let ask: ((Permission) -> Void)?
    @Environment(\.lang) private var lang

    var body: some View {
        switch condition {
        case .offline: Sign(Texts.offline, .attention)
        case .denied(let permission, let forGood):
            VStack(alignment: .leading, spacing: 8) {
                Sign(Texts.denied(permission), .bad)
                if let ask {
                    AreaButton(title: (forGood ? Texts.allowInSettings : Texts.allow)[lang]) { ask(permission) }
                }
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
    var cancel: (() -> Void)?
    var retry: (() -> Void)?
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
                if cancellable, let cancel {
                    AreaButton(title: Texts.cancel[lang]) { cancel() }
                }
            }
        case .failed(let why, let needs, let retryable):
            VStack(alignment: .leading, spacing: 8) {
                Sign(why, .bad)
                ForEach(needs.indices, id: \.self) { at in
                    Said(needs[at].sentence).font(.caption)
                }
                HStack(spacing: 16) {
                    if retryable, let retry {
                        AreaButton(title: Texts.retry[lang]) { retry() }
                    }
                    AreaButton(title: Texts.dismiss[lang]) { dismiss() }
                }
            }
        case .done(let what):
            HStack(spacing: 8) {
                Sign(what, .good)
                Spacer()
                AreaButton(title: Texts.dismiss[lang], isWide: false) { dismiss() }
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
            AreaButton(title: title[lang]) { action() }
                .font(isMain ? .headline : .body)
                .disabled(!gate.allowed)
            FirstNeeds(needs: gate.missing)
        }
    }
}

/// At a button that may not be pressed: the first of what stands in its way where that is much. Beside the fields all of it is said.
struct FirstNeeds: View {
    private static let most = 2

    let needs: [Need]

    var body: some View {
        Missing(needs: Array(needs.prefix(Self.most)))
        if needs.count > Self.most { Said(Texts.andMore(needs.count - Self.most)).font(.caption).foregroundStyle(.secondary) }
    }
}

/// What a field lacks, below it.
struct Lack: View {
    let sentence: Sentence?

    init(_ sentence: Sentence?) {
        self.sentence = sentence
    }

    var body: some View {
        if let sentence { Said(sentence).font(.caption).foregroundStyle(Tone.attention.color) }
    }
}

/// Everything that stands in the way, in the core's words.
struct Missing: View {
    let needs: [Need]

    var body: some View {
        if !needs.isEmpty {
            VStack(alignment: .leading, spacing: 4) {
                Said(Texts.missingHead).font(.caption)
                ForEach(needs.indices, id: \.self) { at in
                    Said(needs[at].sentence).font(.caption).foregroundStyle(.secondary)
                }
            }
        }
    }
}

/// Several answers, one of which is chosen.
struct ChoiceList: View {
    let title: Sentence
    let choices: [Choice]
    let chosen: String?
    var lacks: Sentence?
    let choose: (String) -> Void
    @Environment(\.lang) private var lang

    var body: some View {
        Section(title[lang]) {
            Lack(lacks)
            ForEach(choices, id: \.code) { choice in
                Button {
                    choose(choice.code)
                } label: {
                    HStack(spacing: 8) {
                        Image(systemName: choice.code == chosen ? "largecircle.fill.circle" : "circle").accessibilityHidden(true)
                        Said(choice.label)
                    }
                    .wholeRow()
                }
                .accessibilityAddTraits(choice.code == chosen ? .isSelected : [])
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
