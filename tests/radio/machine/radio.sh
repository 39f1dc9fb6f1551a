#!/bin/sh
# In the virtual machine: what its tests share.

# Waits until a command holds, for a minute at most.
until_holds() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        if [ $tries -ge 300 ]; then
            echo "in vain: $*"
            exit 1
        fi
        sleep 0.2
    done
}

# Whether bluetoothd has so many adapters.
adapters() {
    told=$(dbus-send --system --print-reply --dest=org.bluez / org.freedesktop.DBus.ObjectManager.GetManagedObjects 2>/dev/null) ||
        return 1
    [ "$(echo "$told" | grep -c '"org.bluez.Adapter1"')" = "$1" ]
}

# Starts bluetoothd with the radio at the serial port, which is the simulated recorder's.
attach() {
    btattach -B /dev/ttyS1 -P h4 -S 3000000 >btattach.log 2>&1 &
    attached=$!
    /usr/libexec/bluetooth/bluetoothd -n >bluetoothd.log 2>&1 &
    until_holds adapters 1
}

# Takes the radio away.
detach() {
    kill "$attached"
    until_holds adapters 0
}
