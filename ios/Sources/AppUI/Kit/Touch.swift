import SwiftUI

// In a list every button is touched by itself (`.buttonStyle(.borderless)`), and only where its label is: what is made for gloves has
// its room inside the label.

/// A button of words with room for a glove.
struct AreaButton: View {
    let title: String
    /// Takes the whole width, or shares it with its neighbours.
    var isWide = true
    var minHeight: CGFloat = 56
    let action: () -> Void

    var body: some View {
        Button {
            action()
        } label: {
            Text(verbatim: title)
                .frame(minWidth: minHeight, maxWidth: isWide ? .infinity : nil, minHeight: minHeight)
                .contentShape(Rectangle())
        }
    }
}

extension View {
    /// The label of a button that is a row: it is touched anywhere in the row, not on its words only.
    func wholeRow() -> some View {
        frame(maxWidth: .infinity, minHeight: 56, alignment: .leading).contentShape(Rectangle())
    }
}
