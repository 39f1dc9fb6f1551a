// For Android Studio. The build that is verified on Linux is Maven's (pom.xml beside this file); this one needs Google's
// repository, the Android SDK, the NDK and cargo-ndk, and has not been run where those are missing: see README.md.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}
dependencyResolutionManagement {
    repositoriesMode.set(RepositoriesMode.FAIL_ON_PROJECT_REPOS)
    repositories {
        google()
        mavenCentral()
    }
}
rootProject.name = "liuhen"
include(":bindings", ":shell", ":ui", ":platform", ":app")
