#!/bin/sh
# In the virtual machine: its serial port is the simulated recorder's radio.
btattach -B /dev/ttyS1 -P h4 -S 3000000 >btattach.log 2>&1 &
/usr/libexec/bluetooth/bluetoothd -n >bluetoothd.log 2>&1 &
objects() { dbus-send --system --print-reply --dest=org.bluez / org.freedesktop.DBus.ObjectManager.GetManagedObjects; }
tries=0
until objects 2>/dev/null | grep -q Adapter1; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || exit 3
    sleep 0.2
done
./rung2 recorder
