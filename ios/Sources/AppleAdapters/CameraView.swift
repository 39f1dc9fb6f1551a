import AVFoundation
import UIKit

/// Draws what a camera sees, upright however the screen is turned.
public final class CameraView: UIView {
    public override class var layerClass: AnyClass { AVCaptureVideoPreviewLayer.self }

    /// What the officer's camera sees.
    public convenience init(_ media: PhoneMedia) {
        self.init(session: media.session)
    }

    /// What the camera sees that looks for a code.
    public convenience init(_ codes: CodeCamera) {
        self.init(session: codes.session)
    }

    private init(session: AVCaptureSession) {
        super.init(frame: .zero)
        drawn?.videoGravity = .resizeAspectFill
        drawn?.session = session
    }

    required init?(coder: NSCoder) {
        // Nothing keeps a view in a file here.
        nil
    }

    private var drawn: AVCaptureVideoPreviewLayer? { layer as? AVCaptureVideoPreviewLayer }

    public override func layoutSubviews() {
        super.layoutSubviews()
        let degrees: CGFloat =
            switch window?.windowScene?.interfaceOrientation {
            case .landscapeRight: 0
            case .landscapeLeft: 180
            case .portraitUpsideDown: 270
            default: 90
            }
        if let connection = drawn?.connection, connection.isVideoRotationAngleSupported(degrees) { connection.videoRotationAngle = degrees }
    }
}

/// Draws the film that is played.
public final class FilmView: UIView {
    public override class var layerClass: AnyClass { AVPlayerLayer.self }

    public init(_ player: SealedPlayer) {
        super.init(frame: .zero)
        let drawn = layer as? AVPlayerLayer
        drawn?.videoGravity = .resizeAspect
        drawn?.player = player.player
    }

    required init?(coder: NSCoder) {
        // Nothing keeps a view in a file here.
        nil
    }
}
