import Foundation
import ShellCore
import SwiftUI

/// A place to sign. Every finished stroke is told at once; sizes are in 1/100 mm.
struct Pad: View {
    let line: PadLine
    let done: (Stroke, Int, Int) -> Void
    @State private var pen: Pen?
    /// False again also where the system takes the touch away, of which nothing else is told: what is not kept is not drawn.
    @GestureState private var isDown = false
    @Environment(\.lang) private var lang

    var body: some View {
        GeometryReader { area in
            drawing(line.strokes + (isDown ? [pen?.stroke].compactMap { $0 } : []))
                .frame(maxWidth: .infinity, maxHeight: .infinity)
                // An empty pad draws nothing, and takes a touch all the same.
                .contentShape(Rectangle())
                .gesture(
                    DragGesture(minimumDistance: 0)
                        .updating($isDown) { _, isDown, _ in isDown = true }
                        .onChanged { touch in pen = moved(touch, area.size) }
                        .onEnded { touch in
                            let ended = moved(touch, area.size)
                            pen = nil
                            done(ended.stroke, ended.width, ended.height)
                        })
        }
        .frame(maxWidth: .infinity, minHeight: 240)
        .accessibilityLabel(Texts.Sign.pad[lang] + " " + line.label[lang])
    }

    /// The stroke with this touch: the one being written, or, at the first touch of a movement, a new one.
    private func moved(_ touch: DragGesture.Value, _ area: CGSize) -> Pen {
        let from = touch.startLocation
        var now: Pen
        if let pen, pen.cameDown(atX: Double(from.x), y: Double(from.y)) {
            now = pen
        } else {
            now = Pen(
                after: line.strokes, widthPoints: Double(area.width), heightPoints: Double(area.height), downX: Double(from.x),
                downY: Double(from.y), down: touch.time)
        }
        now.move(toX: Double(touch.location.x), y: Double(touch.location.y), at: touch.time)
        return now
    }

    private func drawing(_ strokes: [Stroke]) -> some View {
        Path { path in
            for stroke in strokes {
                for (at, point) in stroke.points.enumerated() {
                    let place = CGPoint(x: Double(point.x) / Pen.hundredthsPerPoint, y: Double(point.y) / Pen.hundredthsPerPoint)
                    if at == 0 { path.move(to: place) } else { path.addLine(to: place) }
                }
            }
        }
        .stroke(Color.primary, lineWidth: 3)
    }
}
