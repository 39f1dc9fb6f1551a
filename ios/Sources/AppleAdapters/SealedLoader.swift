import AVFoundation
import Foundation
import ShellCore
import UniformTypeIdentifiers

/// Gives the system's player the bytes of a sealed recording, opened piece by piece in memory; they never lie anywhere else. The core
/// finds a changed one, and the player then stops with an error.
final class SealedLoader: NSObject, AVAssetResourceLoaderDelegate, @unchecked Sendable {
    /// A scheme that the system does not know, so that it asks here.
    static let url = URL(string: "liuhen-sealed://recording.mp4")
    private static let stepBytes = 256 << 10

    private let movie: PlainMovie
    private let serving = Guarded<[ObjectIdentifier: Task<Void, Never>]>([:])

    init(_ movie: PlainMovie) {
        self.movie = movie
    }

    /// Nothing more is given.
    func close() {
        let all = serving.with { serving in
            defer { serving = [:] }
            return serving.values
        }
        for task in all { task.cancel() }
    }

    func resourceLoader(
        _ resourceLoader: AVAssetResourceLoader, shouldWaitForLoadingOfRequestedResource loadingRequest: AVAssetResourceLoadingRequest
    ) -> Bool {
        let asked = Asked(request: loadingRequest)
        let name = ObjectIdentifier(loadingRequest)
        let task = Task { [self] in
            await serve(asked)
            serving.with { $0[name] = nil }
        }
        serving.with { $0[name] = task }
        // It may have been over before it was kept.
        if loadingRequest.isFinished { serving.with { $0[name] = nil } }
        return true
    }

    func resourceLoader(_ resourceLoader: AVAssetResourceLoader, didCancel loadingRequest: AVAssetResourceLoadingRequest) {
        serving.with { $0.removeValue(forKey: ObjectIdentifier(loadingRequest)) }?.cancel()
    }

    private func serve(_ asked: Asked) async {
        let request = asked.request
        if let told = request.contentInformationRequest {
            told.contentType = UTType(mimeType: movie.mediaType)?.identifier ?? AVFileType.mp4.rawValue
            told.contentLength = Int64(movie.lenBytes)
            told.isByteRangeAccessSupported = true
        }
        do {
            if let wanted = request.dataRequest { try await give(wanted) }
            if !Task.isCancelled { request.finishLoading() }
        } catch {
            if !Task.isCancelled { request.finishLoading(with: error) }
        }
    }

    private func give(_ wanted: AVAssetResourceLoadingDataRequest) async throws {
        let asked = Int(wanted.requestedOffset) + wanted.requestedLength
        let end = wanted.requestsAllDataToEndOfResource ? movie.lenBytes : min(movie.lenBytes, asked)
        var at = Int(wanted.currentOffset)
        while at < end && !Task.isCancelled {
            let bytes = try await movie.read(offset: at, maxBytes: min(Self.stepBytes, end - at))
            if bytes.isEmpty { throw CocoaError(.fileReadCorruptFile) }
            wanted.respond(with: bytes)
            at += bytes.count
        }
    }
}

/// A question of the player, on its way to a task that alone answers it.
private struct Asked: @unchecked Sendable {
    let request: AVAssetResourceLoadingRequest
}
