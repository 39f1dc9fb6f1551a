/// What can be done with documents.
public enum DocumentsAction: Equatable, Sendable {
    /// Begin to fill a form.
    case begin(String)
    case setField(name: String, value: String)
    case setCorrector(String)
    /// Fill the document with what was entered.
    case fill
    case closeForm
    case read(String)
    case turnTo(Int)
    /// Correct the document being read.
    case correct
    case closeReading
    case back
    case dismissWork
}
