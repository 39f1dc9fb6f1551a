// swift-tools-version: 6.0
import PackageDescription

// What is generated (./dev bindings) lies in Sources/CoreBindings and, on Linux, in Sources/LiuhenCoreFFI; it is not committed.
#if os(Linux)
    // The host's own library, so that the models run over the real core without a Mac. `-L` needs an unsafe flag: it is not shipped.
    // Swift 6.0's libswiftObservation.so for Linux names a function that nobody has and that it never calls (swiftlang/swift#75670).
    let library = Context.packageDirectory + "/../target/debug"
    let membrane: [Target] = [
        .target(
            name: "LiuhenCoreFFI",
            linkerSettings: [
                .unsafeFlags([
                    "-L" + library, "-lliuhen_ffi", "-Xlinker", "-rpath", "-Xlinker", library, "-Xlinker", "--allow-shlib-undefined",
                ])
            ])
    ]
    // There is no SwiftUI here: AppUI is type-checked against a small stand-in, and what needs Apple's frameworks is not built.
    let apple: [Target] = [
        .target(name: "SwiftUI", path: "Stub/SwiftUI"),
        .target(name: "TestKeys", path: "Tests/TestKeys", linkerSettings: [.linkedLibrary("crypto")]),
    ]
    let stub: [Target.Dependency] = ["SwiftUI"]
    let keys: [Target.Dependency] = ["TestKeys"]
    let adapters: [Product] = []
#else
    // scripts/xcframework.sh makes it.
    let membrane: [Target] = [.binaryTarget(name: "LiuhenCoreFFI", path: "build/LiuhenCoreFFI.xcframework")]
    // scripts/test.sh runs on the Mac itself, which has no UIKit.
    let onlyModels = Context.environment["LIUHEN_ONLY_MODELS"] != nil
    let apple: [Target] = onlyModels ? [] : [.target(name: "AppleAdapters", dependencies: ["ShellCore", "CoreBindings"])]
    let stub: [Target.Dependency] = []
    let keys: [Target.Dependency] = []
    let adapters: [Product] = onlyModels ? [] : [.library(name: "AppleAdapters", targets: ["AppleAdapters"])]
#endif

let package = Package(
    name: "Liuhen",
    defaultLocalization: "zh-Hans",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "ShellCore", targets: ["ShellCore"]), .library(name: "AppUI", targets: ["AppUI"])] + adapters,
    targets: membrane + apple + [
        // UniFFI 0.32's code for a foreign trait with async methods does not compile in language mode 6; its next release's does.
        .target(
            name: "CoreBindings", dependencies: ["LiuhenCoreFFI"], swiftSettings: [.swiftLanguageMode(.v5)],
            // What the core asks of Apple's systems: whether a certificate is to be trusted.
            linkerSettings: [
                .linkedFramework("CoreFoundation", .when(platforms: [.iOS, .macOS])),
                .linkedFramework("Security", .when(platforms: [.iOS, .macOS])),
            ]),
        // The catalogue is where sentences are written; scripts/texts.py makes Texts.swift of it.
        .target(name: "ShellCore", dependencies: ["CoreBindings"], exclude: ["Localizable.xcstrings"]),
        .target(name: "AppUI", dependencies: ["ShellCore"] + stub),
        .testTarget(name: "ShellCoreTests", dependencies: ["ShellCore", "CoreBindings"] + keys),
    ],
    swiftLanguageModes: [.v6]
)
