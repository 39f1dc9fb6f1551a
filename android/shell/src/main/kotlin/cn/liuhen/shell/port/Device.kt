package cn.liuhen.shell.port

import cn.liuhen.core.Radio

/** Everything that models need of a phone. */
class Device(
    val media: MediaSource,
    val player: Player,
    val permissions: Permissions,
    val battery: Battery,
    val pin: ScreenPin,
    val biometrics: Biometrics,
    val folders: FolderPicker,
    val schedule: SyncSchedule,
    /** Lost when the app is closed for good; survives rotation and process death. */
    val saved: SavedState,
    /** Kept until the app is removed: the language. */
    val preferences: SavedState,
    /** The phone's Bluetooth, as the core wants it. */
    val radio: Radio,
)
