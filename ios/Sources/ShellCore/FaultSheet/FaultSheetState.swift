/// Reporting equipment out of order (article 20).
public struct FaultSheetState: Equatable, Sendable, WorkShown {
    public var loading: Bool
    public var devices: [Choice]
    public var device: String?
    public var symptom: String
    /// Whether recordings are still on the device.
    public var dataOnDevice: Bool
    public var gate: Gate
    public var work: Work

    public init(
        loading: Bool = false,
        devices: [Choice] = [],
        device: String? = nil,
        symptom: String = "",
        dataOnDevice: Bool = true,
        gate: Gate = Gate(false),
        work: Work = .idle
    ) {
        self.loading = loading
        self.devices = devices
        self.device = device
        self.symptom = symptom
        self.dataOnDevice = dataOnDevice
        self.gate = gate
        self.work = work
    }
}
