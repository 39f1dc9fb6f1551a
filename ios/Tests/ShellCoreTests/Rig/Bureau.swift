import Foundation

/// A real bureau: its own process, its own folder, a port of its own.
final class Bureau {
    let data: URL
    private let process = Process()
    let url: String
    private(set) var enrolCode: String

    /// - Parameter tls: whether it speaks TLS with a key of its own, which its codes carry.
    init(_ data: URL, tls: Bool = false) throws {
        self.data = data
        process.executableURL = Repository.liuhen
        let officers = Repository.root.appendingPathComponent("spec/examples/officers.json")
        process.arguments = ["bureau", "--data", data.path, "--officers", officers.path] + (tls ? ["--tls"] : [])
        let ready = try Self.firstLine(process)
        url = try Self.word("url", ready)
        enrolCode = try Self.word("enrol_code", ready)
    }

    /// The same bureau with a code for one more phone.
    func anotherCode() throws -> Bureau {
        let command = Process()
        command.executableURL = Repository.liuhen
        command.arguments = ["bureau", "enrol", "--data", data.path]
        enrolCode = try Self.firstLine(command)
        command.waitUntilExit()
        return self
    }

    private static func firstLine(_ process: Process) throws -> String {
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), let first = byte.first, first != UInt8(ascii: "\n") {
            line.append(first)
        }
        return String(decoding: line, as: UTF8.self)
    }

    private static func word(_ name: String, _ json: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        guard let word = object?[name] as? String else { throw Missed("the bureau said no \(name): \(json)") }
        return word
    }

    /// Kills it: what Foundation starts from a thread of the Swift runtime inherits that thread's blocked signals, a polite one is not
    /// heard.
    func close() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}
