import Foundation
import Testing

/// The app's project as its files show it: nothing here was ever built by Xcode, but what can contradict itself must not.
struct ProjectTests {
    private static let adapters = Repository.files("ios/Sources/AppleAdapters", ending: ".swift")
    private static let app = Repository.files("ios/App/Sources", ending: ".swift")

    /// What must be said to the officer before the system lets a framework do its work.
    private static let usage = [
        "AVFoundation": ["NSCameraUsageDescription", "NSMicrophoneUsageDescription"], "AVFAudio": ["NSMicrophoneUsageDescription"],
        "CoreBluetooth": ["NSBluetoothAlwaysUsageDescription"], "CoreLocation": ["NSLocationWhenInUseUsageDescription"],
        "LocalAuthentication": ["NSFaceIDUsageDescription"],
    ]

    private static func plist(_ path: String) throws -> [String: Any] {
        let read = try PropertyListSerialization.propertyList(from: Repository.read("ios/App/" + path), format: nil)
        return try #require(read as? [String: Any])
    }

    private static func json(_ path: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Repository.read(path)) as? [String: Any])
    }

    private static func sources(_ paths: [String]) throws -> String {
        try paths.map(Repository.text).joined(separator: "\n")
    }

    /// What stands in quotes after these words.
    private static func quoted(after words: String, in text: String) throws -> [String] {
        let pattern = try Regex(words + #""([^"]+)""#)
        return text.matches(of: pattern).compactMap { $0.output.last?.substring.map(String.init) }
    }

    @Test func everyFrameworkThatAsksTheOfficerSaysWhy() throws {
        let info = try Self.plist("Info.plist")
        let imports = Set(try Self.sources(Self.adapters + Self.app).split(separator: "\n").filter { $0.hasPrefix("import ") })
        // Whoever sends to a server of the office's own network is asked about, whatever it sends with.
        let needed = Self.usage.filter { imports.contains("import " + $0.key) }.flatMap(\.value) + ["NSLocalNetworkUsageDescription"]
        #expect(needed.count == 7)
        for key in needed { #expect((info[key] as? String)?.isEmpty == false, "\(key)") }
        let said = info.keys.filter { $0.hasSuffix("UsageDescription") }
        #expect(Set(said) == Set(needed), "said but not needed, or needed but not said")
    }

    @Test func whatTheSystemShowsIsSaidInBothLanguagesChineseFirst() throws {
        let info = try Self.plist("Info.plist")
        let catalogue = try Self.json("ios/App/Resources/InfoPlist.xcstrings")
        #expect(catalogue["sourceLanguage"] as? String == "zh-Hans")
        #expect(info["CFBundleDevelopmentRegion"] as? String == "zh-Hans")
        #expect(info["CFBundleLocalizations"] as? [String] == ["zh-Hans", "en"])
        let strings = try #require(catalogue["strings"] as? [String: [String: Any]])
        let shown = info.keys.filter { $0.hasSuffix("UsageDescription") } + ["CFBundleDisplayName"]
        #expect(Set(strings.keys) == Set(shown))
        for key in shown {
            let localizations = try #require(strings[key]?["localizations"] as? [String: [String: [String: String]]], "\(key)")
            #expect(localizations["zh-Hans"]?["stringUnit"]?["value"] == info[key] as? String, "\(key)")
            #expect(localizations["en"]?["stringUnit"]?["value"]?.isEmpty == false, "\(key)")
        }
    }

    @Test func whatTheAppDoesInTheBackgroundIsDeclared() throws {
        let info = try Self.plist("Info.plist")
        let sources = try Self.sources(Self.adapters)
        let tasks = try Self.quoted(after: #"identifier = "#, in: Repository.text("ios/Sources/AppleAdapters/SyncTasks.swift"))
        #expect(tasks.count == 1)
        #expect(info["BGTaskSchedulerPermittedIdentifiers"] as? [String] == tasks)
        // Sound is recorded and recorders are spoken with off the screen; BGProcessingTaskRequest wants `processing`.
        #expect(info["UIBackgroundModes"] as? [String] == ["audio", "bluetooth-central", "processing"])
        #expect(sources.contains("BGProcessingTaskRequest") && sources.contains("CBCentralManagerOptionRestoreIdentifierKey"))
    }

    @Test func theLinkOfAnInvitationIsTheOneThatTheAppReads() throws {
        let info = try Self.plist("Info.plist")
        let types = try #require(info["CFBundleURLTypes"] as? [[String: Any]])
        let schemes = types.flatMap { $0["CFBundleURLSchemes"] as? [String] ?? [] }
        let links = try Self.quoted(after: "link = ", in: Self.sources(Self.adapters))
        #expect(schemes.map { $0 + ":" } == links)
    }

    /// Certificates that nobody but the bureau signed are let through by the system: the adapter alone keeps other connections out.
    @Test func whereTheSystemIsToldToBeLaxTheAdapterIsNot() throws {
        let security = try #require(try Self.plist("Info.plist")["NSAppTransportSecurity"] as? [String: Bool])
        #expect(security == ["NSAllowsArbitraryLoads": true])
        let network = try Self.adapters.filter { try Repository.text($0).contains("URLSession") }
        #expect(network == ["ios/Sources/AppleAdapters/BackgroundUploads.swift"])
        let uploads = try Self.sources(network)
        #expect(
            uploads.contains("guard piece.url.scheme == Self.scheme") && uploads.contains(#"scheme = "https""#)
                && uploads.contains("ServerKey.verdict("))
    }

    @Test func everyReasonThatAppleWantsToHearIsInThePrivacyManifest() throws {
        let manifest = try Self.plist("Resources/PrivacyInfo.xcprivacy")
        #expect(manifest["NSPrivacyTracking"] as? Bool == false)
        let declared = try #require(manifest["NSPrivacyAccessedAPITypes"] as? [[String: Any]])
        let reasons = Dictionary(
            uniqueKeysWithValues: declared.map {
                ($0["NSPrivacyAccessedAPIType"] as? String ?? "", Set($0["NSPrivacyAccessedAPITypeReasons"] as? [String] ?? []))
            })
        // Those that Apple names for what is done here.
        let allowed = [
            "UserDefaults": ["CA92.1"], "FileTimestamp": ["C617.1", "3B52.1"], "DiskSpace": ["E174.1", "85F4.1"],
            "SystemBootTime": ["35F9.1"],
        ]
        #expect(Set(reasons.keys) == Set(allowed.keys.map { "NSPrivacyAccessedAPICategory" + $0 }))
        for (kind, named) in allowed { #expect(reasons["NSPrivacyAccessedAPICategory" + kind] == Set(named), "\(kind)") }
        let sources = try Self.sources(Self.adapters)
        #expect(sources.contains("UserDefaults"))
    }

    @Test func theProjectNamesOnlyWhatExists() throws {
        let project = try Repository.text("ios/App/project.yml")
        func value(_ key: String) throws -> String {
            let found = try #require(project.firstMatch(of: try Regex("\(key): \"?([^\"\n]+)\"?")), "\(key)")
            return String(try #require(found.output[1].substring))
        }
        for key in ["INFOPLIST_FILE", "CODE_SIGN_ENTITLEMENTS"] { _ = try Self.plist(try value(key)) }
        for folder in ["Sources", "Resources"] {
            #expect(project.contains("- \(folder)\n"))
            #expect(!Repository.files("ios/App/" + folder, ending: "").isEmpty)
        }
        let package = try Repository.text("ios/Package.swift")
        let products = project.matches(of: /product: (\w+)/).map { String($0.1) }
        #expect(products == ["ShellCore", "AppUI", "AppleAdapters"])
        for product in products { #expect(package.contains(".library(name: \"\(product)\"")) }
        let (system, version, bundle) = (try value("iOS").prefix(2), try value("MARKETING_VERSION"), try value("PRODUCT_BUNDLE_IDENTIFIER"))
        #expect(package.contains(".iOS(.v\(system))"))
        let workspace = try Repository.text("Cargo.toml")
        #expect(workspace.contains("version = \"\(version)\""))
        #expect(bundle == "cn.liuhen.app")
        let folder = try value("ASSETCATALOG_COMPILER_APPICON_NAME") + ".appiconset"
        let icon = try Self.json("ios/App/Resources/Assets.xcassets/\(folder)/Contents.json")
        #expect((icon["images"] as? [[String: String]])?.compactMap { $0["filename"] } == ["icon.png"])
    }

    @Test func everyImportOfTheAppIsAProductThatItDependsOnOrApples() throws {
        let allowed: Set = ["AppUI", "AppleAdapters", "ShellCore", "SwiftUI", "UIKit"]
        let imports = try Self.sources(Self.app).split(separator: "\n").filter { $0.hasPrefix("import ") }.map { String($0.dropFirst(7)) }
        #expect(Set(imports) == allowed)
    }

    @Test func everyPortHasAnAdapter() throws {
        let ports = try Self.sources(Repository.files("ios/Sources/ShellCore/Port", ending: ".swift"))
        let declared = ports.matches(of: /public protocol (\w+)/).map { String($0.1) }
        // A stopwatch and an opened item are no hardware: the shell brings its own. The last six are the core's.
        let wanted =
            declared.filter { !["Stopwatch", "SealedBytes"].contains($0) } + [
                "Keystore", "CoreBindings.Location", "CoreBindings.Network", "CoreBindings.Clock", "Radio", "RecorderCard",
            ]
        #expect(wanted.count == 16)
        let sources = try Self.sources(Self.adapters + Repository.files("ios/Sources/ShellCore/Card", ending: ".swift"))
        let headers = sources.matches(of: /(?:class|struct) \w+: ([^{]+) \{/).map { String($0.1).components(separatedBy: ", ") }
        for port in wanted { #expect(headers.contains { $0.contains(port) }, "\(port) has no adapter") }
    }
}
