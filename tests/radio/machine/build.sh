#!/usr/bin/env bash
# A virtual machine's kernel and initramfs: Debian's kernel, D-Bus and BlueZ, and BusyBox; no disk, no systemd, no Python.
# Usage: build.sh FOLDER. Makes FOLDER/vmlinuz and FOLDER/initrd.gz; needs root for mmdebstrap, once (about a minute).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
cd "$1"

packages=bluez,bluez-test-tools,dbus-daemon,dbus-bin,dbus-system-bus-common,busybox-static,linux-image-amd64,libdbus-1-3,libgcc-s1
if [[ ! -f root.tar ]]; then
    # An awk that misses the first file fails, also when the second has the line.
    mirror=$(awk '/^URIs:/ { print $2; exit } /^deb / { print $2; exit }' \
        /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null) || true
    mmdebstrap --quiet --mode=root --variant=extract --include="$packages" --components=main \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/doc/*' \
        trixie root.part.tar "${mirror:-http://deb.debian.org/debian}"
    mv root.part.tar root.tar
fi
rm -rf root tree
mkdir root
tar xf root.tar -C root
kernel=$(basename root/usr/lib/modules/*)
modules=root/usr/lib/modules/$kernel
[[ -f $modules/modules.dep ]] || depmod -b root "$kernel"

mkdir -p tree/{bin,sbin,dev,proc,sys,run,tmp,share,root,modules,etc/bluetooth,var/lib/bluetooth} \
    tree/usr/{bin,sbin,lib/x86_64-linux-gnu,lib64,libexec/bluetooth,share/dbus-1/system.d}
ln -s usr/lib tree/lib
ln -s usr/lib64 tree/lib64
cp root/usr/bin/busybox tree/bin/

# A program and the libraries that it names, and theirs.
declare -A taken
library_folder=usr/lib/x86_64-linux-gnu
take_libraries() {
    local name
    for name in $(objdump -p "$1" 2>/dev/null | awk '/NEEDED/ { print $2 }'); do
        [[ -z ${taken[$name]:-} && -e root/$library_folder/$name ]] || continue
        taken[$name]=1
        cp -L "root/$library_folder/$name" "tree/$library_folder/$name"
        take_libraries "root/$library_folder/$name"
    done
}
for program in usr/bin/{dbus-daemon,dbus-send,dbus-uuidgen,bluetoothctl,btattach,btvirt} usr/libexec/bluetooth/bluetoothd; do
    cp "root/$program" "tree/$program"
    take_libraries "root/$program"
done
# What the test program needs besides.
for name in libdbus-1.so.3 libgcc_s.so.1 libm.so.6 libc.so.6; do
    cp -L "root/$library_folder/$name" "tree/$library_folder/$name"
    take_libraries "root/$library_folder/$name"
done
cp -L root/usr/lib64/ld-linux-x86-64.so.2 tree/usr/lib64/ 2>/dev/null ||
    cp -L "root/$library_folder/ld-linux-x86-64.so.2" tree/usr/lib64/
cp root/usr/share/dbus-1/system.conf tree/usr/share/dbus-1/
cp root/usr/share/dbus-1/system.d/bluetooth.conf tree/usr/share/dbus-1/system.d/
cp root/etc/bluetooth/* tree/etc/bluetooth/ 2>/dev/null || true
printf 'root:x:0:0:root:/root:/bin/sh\nmessagebus:x:100:100::/:/bin/false\n' >tree/etc/passwd
printf 'root:x:0:\nmessagebus:x:100:\nbluetooth:x:101:\nnetdev:x:102:\nlp:x:7:\n' >tree/etc/group

# Kernel modules in the order in which they must be loaded.
for wanted in 9p 9pnet_virtio virtio-rng cmac ccm ecdh_generic algif_hash algif_skcipher algif_aead bluetooth hci_vhci hci_uart uhid; do
    line=$(grep -m1 "/$wanted\.ko\.xz:" "$modules/modules.dep") || continue
    for module in $(tr ' ' '\n' <<<"${line#*:}" | tac) "${line%%:*}"; do
        name=$(basename "$module" .xz)
        grep -qx "$name" tree/modules/order 2>/dev/null && continue
        xz -dc "$modules/$module" >"tree/modules/$name"
        strip -g "tree/modules/$name"
        echo "$name" >>tree/modules/order
    done
done
install -m 755 "$here/init.sh" tree/init
cp root/boot/vmlinuz-* vmlinuz
(cd tree && find . | LC_ALL=C sort | cpio -o -H newc --quiet) | gzip -6 >initrd.part
mv initrd.part initrd.gz
rm -rf root tree
