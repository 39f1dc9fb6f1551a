#!/usr/bin/env bash
# Rung 2, in a virtual machine without KVM: btleplug, D-Bus, bluetoothd and the Linux kernel's Bluetooth stack. Our driver
# against the simulated recorder, `liuhen recorder` against the same, and our link against BlueZ's own GATT server.
# Prints `N passed, M failed`.
# Usage: run.sh PROGRAMS PYTHON MACHINE (a folder with liuhen, built with the feature bluetooth, and examples/rung2; Python
# with bumble; where build.sh put the machine)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=$1 python=$2 machine=$3
work=$(mktemp -d)
peer=
trap '[[ -z $peer ]] || kill "$peer" 2>/dev/null || true; rm -rf "$work"' EXIT

# Boots the machine with a test (without the timer check, which a busy host fails); further arguments are qemu's. What the
# test wrote is in $work/NAME.
boot() {
    local name=$1 share=$work/$1
    shift
    mkdir -p "$share"
    cp "$here/radio.sh" "$here/../../../spec/examples/officers.json" "$share/"
    cp "$here/$name.sh" "$share/test.sh"
    strip -o "$share/liuhen" "$programs/liuhen"
    strip -o "$share/rung2" "$programs/examples/rung2"
    timeout 300 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -M q35 -smp 2 -m 512 -nic none -nodefaults \
        -vga none -display none -no-reboot -kernel "$machine/vmlinuz" -initrd "$machine/initrd.gz" \
        -append "console=ttyS0 quiet panic=-1 no_timer_check" -serial stdio -device virtio-rng-pci \
        -virtfs "local,path=$share,mount_tag=share,security_model=none,id=share" "$@" </dev/null >"$share/console.log" 2>&1 || true
    [[ $(cat "$share/rc" 2>/dev/null) == 0 ]] && grep -q '^RUNG-2-OK$' "$share/out.log"
}

passed=0 failed=0
judge() {
    local name=$1 since=$SECONDS
    if boot "$@"; then
        sed 's/^/    /' "$work/$name/out.log"
        echo "$name: passed in $((SECONDS - since)) s"
        passed=$((passed + 1))
    else
        echo "$name: failed after $((SECONDS - since)) s"
        failed=$((failed + 1))
        tail -n 30 "$work/$name"/*.log "$work/peer.log" >&2
    fi
}

# A simulated recorder whose radio is the machine's serial port; arguments are its own.
simulate() {
    local ready
    if [[ -n $peer ]]; then
        kill "$peer" 2>/dev/null || true
        wait "$peer" 2>/dev/null || true
    fi
    rm -f "$work/radio"
    exec {ready}< <(exec "$python" "$here/../../../bridge-btle/sim/recorder.py" "unix-server:$work/radio" "$@" 2>"$work/peer.log")
    peer=$!
    read -r -t 60 -u "$ready" _ || { echo "the simulated recorder did not start" >&2; cat "$work/peer.log" >&2; }
}
radio=(-chardev "socket,id=radio,path=$work/radio" -device "isa-serial,chardev=radio,index=1")

simulate --files 300 --fault reboot=2
judge recorder "${radio[@]}"
simulate --files 3
judge command "${radio[@]}"
judge bluez
echo "$passed passed, $failed failed"
((failed == 0))
