#!/bin/sh
# In the virtual machine: two virtual adapters, and BlueZ's own GATT server on the second.
btvirt -L -l2 >btvirt.log 2>&1 &
/usr/libexec/bluetooth/bluetoothd -n >bluetoothd.log 2>&1 &
controllers() { bluetoothctl list </dev/null | grep -c Controller; }
tries=0
until [ "$(controllers)" = 2 ]; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || exit 3
    sleep 0.2
done
second=$(bluetoothctl list </dev/null | awk '{ print $2 }' | grep ':01$')
: >server.log
say() { sleep "${2:-0.4}"; echo "$1"; }
{
    say "select $second" 1
    say "power on"
    say "menu gatt"
    say "register-service 0000180f-0000-1000-8000-00805f9b34fb"
    say yes
    say "register-characteristic 00002a19-0000-1000-8000-00805f9b34fb read,notify"
    say 0x42
    say "register-application"
    say back
    say "menu advertise"
    say "uuids 180f"
    say "name BLUEZPEER"
    say back
    say "advertise on"
    sleep 120
} | bluetoothctl >server.log 2>&1 &
tries=0
until grep -q 'Advertising object registered' server.log; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || exit 4
    sleep 0.2
done
./rung2 battery
