// For Android Studio. The build that is verified on Linux is Maven's (pom.xml beside this file); this one needs Google's
// repository, the Android SDK and the NDK, and has not been run where those are missing.
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
include(":platform")
