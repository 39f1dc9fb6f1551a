plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
    alias(libs.plugins.kotlin.compose)
}

/** Phones and the emulator. 32-bit phones are left out: the core is not tested there. */
val abis = listOf("arm64-v8a", "x86_64")
val rustLibs = layout.buildDirectory.dir("rustJniLibs")

android {
    namespace = "cn.liuhen.app"
    compileSdk = 34
    // The first that aligns libraries to pages of 16 KiB by itself.
    ndkVersion = "28.0.13004108"
    defaultConfig {
        applicationId = "cn.liuhen.app"
        minSdk = 26
        targetSdk = 34
        versionCode = 1
        versionName = "0.1.0"
        ndk { abiFilters += abis }
        resourceConfigurations += listOf("zh-rCN", "en")
    }
    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "proguard-rules.pro")
        }
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    kotlinOptions { jvmTarget = "17" }
    sourceSets["main"].kotlin.srcDirs("src/main/kotlin", "src/phone/kotlin")
    sourceSets["main"].jniLibs.srcDir(rustLibs)
    // They draw with Compose for desktops and stand in for androidx: Maven's build runs them.
    sourceSets["test"].kotlin.setSrcDirs(emptyList<String>())
    packaging { resources.excludes += "META-INF/{AL2.0,LGPL2.1}" }
}

dependencies {
    implementation(project(":ui"))
    implementation(project(":platform"))
    implementation(libs.coroutines.android)
    implementation(libs.zxing)
    implementation(variantOf(libs.jna) { artifactType("aar") })
    implementation(platform(libs.compose.bom))
    implementation(libs.compose.ui)
    implementation(libs.compose.foundation)
    implementation(libs.activity.compose)
}

/** libliuhen_ffi.so for every kind of phone, by cargo-ndk (cargo install cargo-ndk; rustup target add aarch64-linux-android x86_64-linux-android). */
val cargoNdk by tasks.registering(Exec::class) {
    val root = rootDir.resolve("..")
    workingDir = root
    val ndk = androidComponents.sdkComponents.ndkDirectory
    doFirst { environment("ANDROID_NDK_HOME", ndk.get().asFile.path) }
    val targets = abis.flatMap { listOf("--target", it) }
    commandLine(listOf("cargo", "ndk") + targets + listOf("--platform", "26", "--output-dir", rustLibs.get().asFile.path, "rustc", "--locked", "--profile", "phone", "-p", "liuhen-ffi", "--lib", "--crate-type", "cdylib"))
    inputs.files(fileTree(root) { include("ffi/src/**", "core/src/**", "record/src/**", "bridge-btle/src/**", "Cargo.toml", "Cargo.lock") })
    outputs.dir(rustLibs)
}
tasks.named("preBuild") { dependsOn(cargoNdk) }
