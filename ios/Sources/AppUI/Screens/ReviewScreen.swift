import Foundation
import ShellCore
import SwiftUI

/// The phone in the party's hand: everything recorded, piece by piece and page by page. The player is the phone's own view: a video
/// where the system itself plays it.
struct ReviewScreen<Player: View>: View {
    let state: ReviewState
    let player: Player
    let send: (ReviewAction) -> Void
    @Environment(\.lang) private var lang

    init(state: ReviewState, player: Player, send: @escaping (ReviewAction) -> Void) {
        self.state = state
        self.player = player
        self.send = send
    }

    var body: some View {
        Frame(
            title: Texts.Review.title, conditions: state.conditions, loading: state.loading, work: state.work,
            dismiss: { send(.dismissWork) }
        ) {
            Sign(state.pinned ? Texts.Review.pinned : Texts.Review.notPinned, state.pinned ? .good : .attention)
            Text(verbatim: state.partyName).font(.headline)
            Said(Texts.Review.lead)
            items
            papers
            Entry(Texts.Review.reviewer, state.reviewer) { send(.setReviewer($0)) }
            Entry(Texts.Review.objection, state.objection) { send(.setObjection($0)) }
            Said(Texts.Review.seenOf(state.items.count { $0.seen || $0.waived != nil }, of: state.items.count))
            GateButton(title: Texts.Review.prepare, gate: state.prepare) { send(.prepare) }
            GateButton(title: Texts.Review.noSignature, isMain: false) { send(.noSignature) }
            GateButton(title: Texts.Review.leave, isMain: false) { send(.leave) }
        }
        // One sheet: what is presented already presents no second one, and a waiver may begin inside an open piece.
        .sheet(isPresented: Binding(get: { isCovered }, set: { if !$0 { uncover() } })) {
            if let waiving = state.waiving {
                waiver(waiving)
            } else if let open = state.open {
                PieceSheet(open: open, work: state.work, player: player, send: send)
            } else if state.leaving {
                leaving
            }
        }
    }

    private var isCovered: Bool {
        state.waiving != nil || state.open != nil || state.leaving
    }

    /// The sheet was pulled down: everything that it may show is closed with it.
    private func uncover() {
        if state.waiving != nil { send(.cancelWaiver) }
        if state.open != nil { send(.closePiece) }
        if state.leaving { send(.cancelLeaving) }
    }

    private var leaving: some View {
        List {
            Said(Texts.Review.leaveLead)
            PinPad(typed: state.leavingDigits, length: 6, digit: { send(.leavingDigit($0)) }, erase: { send(.eraseLeavingDigit) })
            WorkRow(work: state.work, dismiss: { send(.dismissWork) })
            GateButton(title: Texts.cancel, isMain: false) { send(.cancelLeaving) }
        }
        .buttonStyle(.borderless)
    }

    private var items: some View {
        Section(Texts.Review.items[lang]) {
            ForEach(state.items, id: \.line.item) { item in
                VStack(alignment: .leading, spacing: 8) {
                    ItemRow(item: item.line)
                    Fact(Texts.Review.digest, item.digest).font(.caption)
                    if let waived = item.waived {
                        Sign(Sentence(Texts.Review.waived.zh + waived, Texts.Review.waived.en + waived), .attention)
                        AreaButton(title: Texts.Review.takeBack[lang]) { send(.takeWaiverBack(item.line.item)) }
                    } else {
                        if item.readable {
                            Sign(item.seen ? Texts.Review.seen : Texts.Review.notSeen, item.seen ? .good : .attention)
                            GateButton(title: Texts.Review.look, isMain: false) { send(.openItem(item.line.item)) }
                        } else {
                            Sign(Texts.Review.notReadable, .attention)
                        }
                        GateButton(title: Texts.Review.waive, isMain: false) { send(.waive(item.line.item)) }
                    }
                }
            }
        }
    }

    private var papers: some View {
        Section(Texts.Review.papers[lang]) {
            ForEach(state.documents, id: \.document) { paper in
                Button {
                    send(.openDocument(paper.document))
                } label: {
                    VStack(alignment: .leading, spacing: 4) {
                        Said(paper.title).font(.headline)
                        Said(Texts.Review.seenOf(paper.pages.filter(\.seen).count, of: paper.pages.count)).font(.caption)
                    }
                    .wholeRow()
                }
            }
        }
    }

    private func waiver(_ waiving: Waiving) -> some View {
        List {
            Said(waiving.title).font(.headline)
            Entry(Texts.Review.waiverReason, waiving.reason) { send(.setWaiverReason($0)) }
            WorkRow(work: state.work, dismiss: { send(.dismissWork) })
            GateButton(title: Texts.confirm, gate: Gate(!waiving.reason.isEmpty)) { send(.confirmWaiver) }
            GateButton(title: Texts.cancel, isMain: false) { send(.cancelWaiver) }
        }
        .buttonStyle(.borderless)
    }
}

/// What is open in the review.
struct PieceSheet<Player: View>: View {
    let open: OpenPiece
    let work: Work
    let player: Player
    let send: (ReviewAction) -> Void
    @Environment(\.lang) private var lang

    init(open: OpenPiece, work: Work = .idle, player: Player, send: @escaping (ReviewAction) -> Void) {
        self.open = open
        self.work = work
        self.player = player
        self.send = send
    }

    var body: some View {
        List {
            switch open {
            case .photo(let photo):
                Said(photo.title).font(.headline)
                if let picture = photo.picture {
                    PictureView(picture: picture).accessibilityLabel(Texts.Review.photoShown[lang])
                } else {
                    Said(Texts.Review.notReadable)
                }
                GateButton(title: Texts.Review.markSeen) { send(.seen(photo.item)) }
            case .playing(let piece): playing(piece)
            case .page(let page):
                Said(page.title).font(.headline)
                PageView(pages: page.pages, page: page.page) { send(.turnTo($0)) }
            }
            WorkRow(work: work, dismiss: { send(.dismissWork) })
            GateButton(title: Texts.back, isMain: false) { send(.closePiece) }
        }
        .buttonStyle(.borderless)
    }

    @ViewBuilder private func playing(_ piece: OpenPlaying) -> some View {
        Said(piece.title).font(.headline)
        if let frame = piece.frame {
            PictureView(picture: frame)
        } else if piece.video {
            player.frame(maxWidth: .infinity, minHeight: 320).accessibilityLabel(piece.title[lang])
        }
        if let failed = piece.failed {
            Sign(failed, .bad)
            GateButton(title: Texts.Review.waive, isMain: false) { send(.waive(piece.item)) }
        } else {
            Text(verbatim: When.clock(piece.positionMs) + " / " + When.clock(piece.durationMs))
            Slider(
                value: Binding(get: { Double(piece.positionMs) }, set: { send(.seek(Int($0))) }),
                in: 0...Double(max(1, piece.durationMs))
            )
            .accessibilityLabel(Texts.Review.position[lang])
            .accessibilityValue(When.spoken(piece.positionMs)[lang])
            GateButton(title: piece.playing ? Texts.Review.pause : Texts.Review.play) { send(.playOrPause) }
            GateButton(title: Texts.Review.markSeen, isMain: false) { send(.seen(piece.item)) }
        }
    }
}

struct ReviewScreen_Previews: PreviewProvider {
    private static let items = Samples.items.map { ReviewItem(line: $0, digest: "3fa9c0d21b77", seen: false) }
    private static let papers = [ReviewDocument(document: "d", title: Samples.said, pages: Samples.pages)]

    private static let party = ReviewState(partyName: "示例公司", items: items, documents: papers, prepare: Gate(false, [Samples.need]))

    private static func shown(_ state: ReviewState) -> some View {
        ReviewScreen(state: state, player: Color.black) { _ in }
    }

    private static func opened(_ open: OpenPiece) -> some View {
        PieceSheet(open: open, player: Color.black) { _ in }
    }

    private static func playing(video: Bool, failed: Sentence? = nil) -> OpenPiece {
        .playing(
            OpenPlaying(
                item: "i2", title: Samples.said, video: video, playing: true, positionMs: 1_000, durationMs: 61_000, failed: failed))
    }

    static var previews: some View {
        ForEach(Circumstance.allCases, id: \.self) { shown($0.of(party)).previewDisplayName($0.rawValue) }
        shown(ReviewState(pinned: false, items: items))
        shown(ReviewState(waiving: Waiving(item: "i1", title: Samples.said, reason: "")))
        shown(ReviewState(leaving: true, leavingDigits: 2))
        opened(.photo(OpenPhoto(item: "i1", title: Samples.said, picture: nil)))
        opened(playing(video: false))
        opened(playing(video: true))
        opened(playing(video: true, failed: Texts.Review.cannotPlay))
        opened(.page(OpenPage(document: "d", title: Samples.said, pages: Samples.pages, page: 2)))
    }
}
