import CoreBindings
import ShellCore
import UIKit
import UniformTypeIdentifiers

/// Has the officer choose a card or a folder in the system's own chooser. What was chosen may be read and nothing else.
@MainActor
public final class CardFolder: NSObject, FolderPicker {
    private var asked: CheckedContinuation<URL?, Never>?

    public func pick() async -> (any RecorderCard)? {
        guard let chosen = await ask() else { return nil }
        return FolderCard(chosen, held: FolderAccess(chosen))
    }

    private func ask() async -> URL? {
        guard let front = Front.controller else { return nil }
        let chooser = UIDocumentPickerViewController(forOpeningContentTypes: [.folder])
        chooser.delegate = self
        chooser.allowsMultipleSelection = false
        return await withCheckedContinuation { continuation in
            answer(nil)
            asked = continuation
            front.present(chooser, animated: true)
        }
    }

    private func answer(_ chosen: URL?) {
        let waiting = asked
        asked = nil
        waiting?.resume(returning: chosen)
    }
}

extension CardFolder: UIDocumentPickerDelegate {
    public func documentPicker(_ controller: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL]) {
        answer(urls.first)
    }

    public func documentPickerWasCancelled(_ controller: UIDocumentPickerViewController) {
        answer(nil)
    }
}

/// The right to read a folder outside the app, for as long as this lives.
private final class FolderAccess: Sendable {
    private let folder: URL
    private let isHeld: Bool

    init(_ folder: URL) {
        self.folder = folder
        isHeld = folder.startAccessingSecurityScopedResource()
    }

    deinit {
        if isHeld { folder.stopAccessingSecurityScopedResource() }
    }
}

/// What is in front, for whatever the system shows over it.
@MainActor
enum Front {
    static var controller: UIViewController? {
        let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
        var top = scenes.flatMap(\.windows).first { $0.isKeyWindow }?.rootViewController
        while let over = top?.presentedViewController { top = over }
        return top
    }
}
