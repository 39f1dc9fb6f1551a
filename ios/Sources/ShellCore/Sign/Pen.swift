import Foundation

/// A stroke while it is written, from where a finger or pen came down: every point lies on the pad and times never fall, whatever came
/// before (`spec/session.md` §7.4 has the core refuse the rest). Places come in the system's points, from the pad's upper left corner.
public struct Pen: Equatable, Sendable {
    /// 1/100 mm in a point of the screen: most iPhones have 163 points an inch.
    public static let hundredthsPerPoint = 2540.0 / 163
    /// Between two strokes, where the true pause is not known: the process may have died in it.
    static let pauseMs = 120
    /// No stroke takes longer.
    static let longestMs = 600_000
    /// A finger has no pressure; the middle is written down.
    static let fingerPermille = 500

    /// What is written so far.
    public private(set) var stroke = Stroke(points: [])
    /// Size of the pad, 1/100 mm.
    public let width: Int
    public let height: Int
    private let widthPoints: Double
    private let heightPoints: Double
    private let downX: Double
    private let downY: Double
    private let down: Date
    private let startMs: Int

    /// - Parameters:
    ///   - earlier: what the pad holds already, in order.
    ///   - widthPoints: width of the pad now.
    ///   - heightPoints: its height.
    ///   - downX: where the pen came down, in points; with `downY` it tells one movement from the next.
    ///   - downY: see `downX`.
    ///   - down: when.
    public init(after earlier: [Stroke], widthPoints: Double, heightPoints: Double, downX: Double, downY: Double, down: Date) {
        self.widthPoints = widthPoints
        self.heightPoints = heightPoints
        width = Self.hundredths(widthPoints)
        height = Self.hundredths(heightPoints)
        self.downX = downX
        self.downY = downY
        self.down = down
        startMs = earlier.last?.points.last.map { $0.tMs + Self.pauseMs } ?? 0
    }

    /// Whether this movement came down there; the system ends one that it takes away without a word.
    public func cameDown(atX x: Double, y: Double) -> Bool {
        x == downX && y == downY
    }

    /// One point further. What is beside the pad is put on its edge.
    public mutating func move(toX x: Double, y: Double, at time: Date) {
        let passedMs = (time.timeIntervalSince(down) * 1000).clamped(0, Double(Self.longestMs))
        let tMs = max(startMs + Int(passedMs), stroke.points.last?.tMs ?? 0)
        stroke.points.append(
            StrokePoint(
                x: Self.hundredths(x.clamped(0, widthPoints)), y: Self.hundredths(y.clamped(0, heightPoints)), tMs: tMs,
                pressure: Self.fingerPermille))
    }

    private static func hundredths(_ points: Double) -> Int {
        Int(points * hundredthsPerPoint)
    }
}
