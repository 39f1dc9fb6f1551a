#!/bin/sh
# In the virtual machine: two virtual adapters, and BlueZ's own GATT server on the second.
set -e
# shellcheck disable=SC1091  # lies beside it in the machine
. ./radio.sh
btvirt -L -l2 >btvirt.log 2>&1 &
/usr/libexec/bluetooth/bluetoothd -n >bluetoothd.log 2>&1 &
until_holds adapters 2
mkfifo /tmp/told
: >server.log
bluetoothctl </tmp/told >>server.log 2>&1 &
exec 3>/tmp/told

# Tells bluetoothctl something and waits for what it says to that, or for its echo.
tell() {
    echo "$1" >&3
    until_holds grep -qF -- "${2:-$1}" server.log
}
until_holds grep -q 'Agent registered' server.log
tell list ':01 BlueZ'
tell "select $(sed -n 's/.*Controller \([0-9A-F:]*:01\) BlueZ.*/\1/p' server.log | head -n 1)"
tell 'power on' 'Changing power on succeeded'
tell 'menu gatt' 'Menu gatt:'
tell 'register-service 0000180f-0000-1000-8000-00805f9b34fb' 'Primary (yes/no):'
tell yes
tell 'register-characteristic 00002a19-0000-1000-8000-00805f9b34fb read,notify' 'Enter value:'
tell 0x42
tell register-application 'Application registered'
tell back 'Menu main:'
tell 'menu advertise' 'Menu advertise:'
tell 'uuids 180f'
tell 'name BLUEZPEER'
tell back
tell 'advertise on' 'Advertising object registered'
./rung2 battery
