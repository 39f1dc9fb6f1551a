plugins { alias(libs.plugins.kotlin.jvm) }

kotlin { jvmToolchain(17) }

dependencies {
    api(libs.coroutines.core)
    // The phone's own variant of it (an .aar with the native half) comes with :app.
    compileOnly(libs.jna)
}

/** What ffi/ exports, as Kotlin: made from the library of this machine, never committed. */
val generateBindings by tasks.registering(Exec::class) {
    val root = rootDir.resolve("..")
    workingDir = root
    commandLine("./dev", "bindings")
    inputs.files(fileTree(root.resolve("ffi/src")), root.resolve("Cargo.lock"))
    outputs.dir("src/main/kotlin")
}
tasks.named("compileKotlin") { dependsOn(generateBindings) }
