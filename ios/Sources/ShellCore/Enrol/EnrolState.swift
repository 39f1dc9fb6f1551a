/// Joining a bureau: scan or type the code, then see whom one has joined.
public struct EnrolState: Equatable, Sendable, WorkShown {
    public var conditions: [Condition]
    /// Whether the camera looks for a code.
    public var scanning: Bool
    /// Address of the bureau's server.
    public var url: String
    public var code: String
    /// Number that the bureau gave this phone (执法记录设备编号).
    public var deviceNo: String
    /// The bureau's own authority, PEM, when the scanned code carries one.
    public var authorityPem: String?
    /// Whether what is entered can be sent.
    public var gate: Gate
    public var work: Work
    /// Present once the phone has joined.
    public var joined: Joined?

    public init(
        conditions: [Condition] = [],
        scanning: Bool = false,
        url: String = "",
        code: String = "",
        deviceNo: String = "",
        authorityPem: String? = nil,
        gate: Gate = Gate(false),
        work: Work = .idle,
        joined: Joined? = nil
    ) {
        self.conditions = conditions
        self.scanning = scanning
        self.url = url
        self.code = code
        self.deviceNo = deviceNo
        self.authorityPem = authorityPem
        self.gate = gate
        self.work = work
        self.joined = joined
    }
}

/// The bureau that this phone belongs to.
public struct Joined: Equatable, Sendable {
    public var bureau: String
    public var deviceNo: String
    public var sentence: Sentence

    public init(bureau: String, deviceNo: String, sentence: Sentence) {
        self.bureau = bureau
        self.deviceNo = deviceNo
        self.sentence = sentence
    }
}
