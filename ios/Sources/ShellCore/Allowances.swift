extension Texts {
    /// What goes without a permission that is denied.
    public static func denied(_ permission: Permission) -> Sentence {
        switch permission {
        case .camera: Denied.camera
        case .microphone: Denied.microphone
        case .location: Denied.location
        case .nearbyDevices: Denied.nearbyDevices
        case .notifications: Denied.notifications
        }
    }

    /// What a permission is called.
    public static func permission(_ permission: Permission) -> Sentence {
        switch permission {
        case .camera: PermissionName.camera
        case .microphone: PermissionName.microphone
        case .location: PermissionName.location
        case .nearbyDevices: PermissionName.nearbyDevices
        case .notifications: PermissionName.notifications
        }
    }
}
