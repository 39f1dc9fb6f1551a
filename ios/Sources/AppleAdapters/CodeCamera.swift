import AVFoundation
import Foundation

/// The camera while it looks for the code of an invitation. Nothing is kept; what the code says is for the core to judge.
public final class CodeCamera: NSObject, @unchecked Sendable {
    /// For the layer that draws what it sees; AVFoundation guards it by itself.
    let session = AVCaptureSession()
    private let queue = DispatchQueue(label: "cn.liuhen.code")
    private let found: @MainActor @Sendable (String) -> Void
    // On the queue only.
    private var isFound = false

    /// - Parameter found: called once with the text of the first code.
    public init(_ found: @escaping @MainActor @Sendable (String) -> Void) {
        self.found = found
    }

    /// Begins; asks the officer when nobody did yet. Without a camera the code can be typed as well.
    public func begin() {
        AVCaptureDevice.requestAccess(for: .video) { [self] isAllowed in
            guard isAllowed else { return }
            queue.async { [self] in arrange() }
        }
    }

    /// Lets the camera go.
    public func end() {
        queue.async { [self] in
            isFound = true
            if session.isRunning { session.stopRunning() }
        }
    }

    private func arrange() {
        let codes = AVCaptureMetadataOutput()
        guard !isFound, let device = AVCaptureDevice.default(.builtInWideAngleCamera, for: .video, position: .back),
            let input = try? AVCaptureDeviceInput(device: device), session.canAddInput(input), session.canAddOutput(codes)
        else { return }
        session.beginConfiguration()
        session.addInput(input)
        session.addOutput(codes)
        codes.setMetadataObjectsDelegate(self, queue: queue)
        // Known only once the output is part of the session.
        if codes.availableMetadataObjectTypes.contains(.qr) { codes.metadataObjectTypes = [.qr] }
        session.commitConfiguration()
        session.startRunning()
    }
}

extension CodeCamera: AVCaptureMetadataOutputObjectsDelegate {
    public func metadataOutput(
        _ output: AVCaptureMetadataOutput, didOutput metadataObjects: [AVMetadataObject], from connection: AVCaptureConnection
    ) {
        let texts = metadataObjects.compactMap { ($0 as? AVMetadataMachineReadableCodeObject)?.stringValue }
        guard !isFound, let text = texts.first else { return }
        isFound = true
        let found = found
        Task { @MainActor in found(text) }
    }
}
