import ShellCore
import SwiftUI

#if canImport(UIKit)
    import UIKit
#endif

/// A picture from its encoded bytes.
struct PictureView: View {
    let picture: Picture

    var body: some View {
        #if canImport(UIKit)
            if let image = UIImage(data: picture.bytes) {
                Image(uiImage: image).resizable().scaledToFit()
            }
        #else
            Image(systemName: "photo")
        #endif
    }
}
