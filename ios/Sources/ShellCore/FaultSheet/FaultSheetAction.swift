/// What can be done about a fault.
public enum FaultSheetAction: Equatable, Sendable {
    case chooseDevice(String)
    case setSymptom(String)
    case setDataOnDevice(Bool)
    case report
    case close
}
