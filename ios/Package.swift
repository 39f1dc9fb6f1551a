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
    let keys: [Target] = [.target(name: "TestKeys", path: "Tests/TestKeys", linkerSettings: [.linkedLibrary("crypto")])]
#else
    // scripts/xcframework.sh makes it.
    let membrane: [Target] = [.binaryTarget(name: "LiuhenCoreFFI", path: "build/LiuhenCoreFFI.xcframework")]
    let keys: [Target] = []
#endif

let package = Package(
    name: "Liuhen",
    defaultLocalization: "zh-Hans",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "ShellCore", targets: ["ShellCore"])],
    targets: membrane + keys + [
        // UniFFI 0.32's code for a foreign trait with async methods does not compile in language mode 6; its next release's does.
        .target(name: "CoreBindings", dependencies: ["LiuhenCoreFFI"], swiftSettings: [.swiftLanguageMode(.v5)]),
        .target(name: "ShellCore", dependencies: ["CoreBindings"]),
        .testTarget(name: "ShellCoreTests", dependencies: ["ShellCore", "CoreBindings"] + keys.map { .target(name: $0.name) }),
    ],
    swiftLanguageModes: [.v6]
)
