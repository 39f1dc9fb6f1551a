#!/bin/sh
# In the virtual machine: `liuhen recorder` itself over the machine's Bluetooth. A bureau, a phone that joins it, and a
# recorder's day by radio, a process for each step. What is missing is said in words: first the Bluetooth service, at the end
# the adapter.
set -e
# shellcheck disable=SC1091  # lies beside it in the machine
. ./radio.sh
export LANG=en

# That a command fails, saying so.
says() {
    words=$1
    shift
    if "$@" >refused.log 2>&1 || ! grep -q "$words" refused.log; then
        echo "not refused with \"$words\": $*"
        cat refused.log
        exit 1
    fi
}
says 'Bluetooth service cannot be used' ./liuhen recorder scan

attach
./liuhen bureau --data /tmp/bureau --officers officers.json >bureau.log 2>&1 &
until_holds grep -q '"ready"' bureau.log
told() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" bureau.log | head -n 1; }
patrol() { ./liuhen patrol --vault /tmp/phone "$@"; }
# Somebody at the terminal says yes to the pairing.
recorder() { echo y | ./liuhen recorder --vault /tmp/phone --recorder ZFY-0007 --link ble:ZFY-0007 "$@"; }

patrol enrol --url "$(told url)" --code "$(told enrol_code)"
./liuhen recorder scan
recorder issue --officer li-wen --serial SIM0001 --officer-no 210001 --issued-by keeper
recorder pair
recorder check --override phone_space=memory
patrol open --activity patrol --officer li-wen --officer ding-yi --party Example --place Street
recorder start
recorder mark
recorder status
recorder stop
recorder manifest
says 'is issued to nobody' ./liuhen recorder --vault /tmp/phone --recorder ZFY-0008 --link ble:ZFY-0007 pair

detach
says 'no Bluetooth here' ./liuhen recorder scan
echo RUNG-2-OK
