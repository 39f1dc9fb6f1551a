plugins { alias(libs.plugins.kotlin.jvm) }

kotlin { jvmToolchain(17) }

dependencies {
    api(project(":bindings"))
    testImplementation(libs.jna)
    testImplementation(libs.jupiter)
    testImplementation(libs.gson)
}

// Over the real core and a real bureau: `cargo build -p liuhen-ffi --lib` and `cargo build --bin liuhen` come first.
tasks.test {
    useJUnitPlatform()
    val root = rootDir.resolve("..").path
    systemProperty("liuhen.root", root)
    systemProperty("liuhen.target", "$root/target/debug")
    systemProperty("jna.library.path", "$root/target/debug")
}
