import Foundation
import ShellCore
import SwiftUI

/// A place to sign. Every finished stroke is told at once; sizes are in 1/100 mm.
struct Pad: View {
    /// Most iPhones have 163 points an inch.
    private static let hundredthsPerPoint = 2540.0 / 163
    /// A finger has no pressure; the middle is written down.
    private static let fingerPermille = 500

    let line: PadLine
    let done: (Stroke, Int, Int) -> Void
    @State private var began: Date?
    @State private var points: [StrokePoint] = []
    @Environment(\.lang) private var lang

    var body: some View {
        GeometryReader { area in
            drawing(line.strokes + [Stroke(points: points)])
                .frame(maxWidth: .infinity, maxHeight: .infinity)
                .gesture(
                    DragGesture(minimumDistance: 0)
                        .onChanged { touch in add(touch) }
                        .onEnded { touch in
                            add(touch)
                            done(Stroke(points: points), hundredths(area.size.width), hundredths(area.size.height))
                            points = []
                        })
        }
        .frame(maxWidth: .infinity, minHeight: 240)
        .accessibilityLabel(Texts.Sign.pad[lang] + " " + line.label[lang])
    }

    private func add(_ touch: DragGesture.Value) {
        let start = began ?? touch.time
        if began == nil { began = start }
        let passedMs = Int(touch.time.timeIntervalSince(start) * 1000)
        points.append(
            StrokePoint(
                x: hundredths(touch.location.x), y: hundredths(touch.location.y), tMs: max(passedMs, points.last?.tMs ?? 0),
                pressure: Self.fingerPermille))
    }

    private func hundredths(_ length: CGFloat) -> Int {
        Int(Double(length) * Self.hundredthsPerPoint)
    }

    private func drawing(_ strokes: [Stroke]) -> some View {
        Path { path in
            for stroke in strokes {
                for (at, point) in stroke.points.enumerated() {
                    let place = CGPoint(x: Double(point.x) / Self.hundredthsPerPoint, y: Double(point.y) / Self.hundredthsPerPoint)
                    if at == 0 { path.move(to: place) } else { path.addLine(to: place) }
                }
            }
        }
        .stroke(Color.primary, lineWidth: 3)
    }
}
