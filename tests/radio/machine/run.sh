#!/usr/bin/env bash
# Our driver over btleplug, D-Bus, bluetoothd and the Linux kernel's Bluetooth stack, in a virtual machine without KVM:
# against the simulated recorder, and against BlueZ's own GATT server. Prints `N passed, M failed`.
# Usage: run.sh PROGRAM PYTHON FOLDER (rung2 built with the feature desktop; Python with bumble; where the machine lies)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1 python=$2 machine=$3
work=$(mktemp -d)
peer=
trap '[[ -z $peer ]] || kill "$peer" 2>/dev/null || true; rm -rf "$work"' EXIT

# Boots the machine with a test (without the timer check, which a busy host fails); further arguments are qemu's. What the test wrote is in $work/NAME.
boot() {
    local name=$1 share=$work/$1
    shift
    mkdir -p "$share"
    cp "$program" "$share/rung2"
    cp "$here/$name.sh" "$share/test.sh"
    timeout 200 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -M q35 -smp 2 -m 512 -nic none -nodefaults \
        -vga none -display none -no-reboot -kernel "$machine/vmlinuz" -initrd "$machine/initrd.gz" \
        -append "console=ttyS0 quiet panic=-1 no_timer_check" -serial stdio -device virtio-rng-pci \
        -virtfs "local,path=$share,mount_tag=share,security_model=none,id=share" "$@" </dev/null >"$share/console.log" 2>&1 || true
    [[ $(cat "$share/rc" 2>/dev/null) == 0 ]] && grep -q '^RUNG-2-OK$' "$share/out.log"
}

passed=0 failed=0
judge() {
    local name=$1
    if boot "$@"; then
        sed 's/^/    /' "$work/$name/out.log"
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        tail -n 30 "$work/$name"/*.log "$work/peer.log" >&2
    fi
}

"$python" "$here/../../../bridge-btle/sim/recorder.py" "unix-server:$work/radio" --files 300 --fault reboot=2 \
    >"$work/peer.log" 2>&1 &
peer=$!
for _ in $(seq 200); do
    [[ -S $work/radio ]] && break
    sleep 0.1
done
judge recorder -chardev "socket,id=radio,path=$work/radio" -device isa-serial,chardev=radio,index=1
judge bluez
echo "$passed passed, $failed failed"
((failed == 0))
