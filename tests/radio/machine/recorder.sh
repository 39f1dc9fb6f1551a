#!/bin/sh
# In the virtual machine: our driver, and a simulated recorder at its serial port.
set -e
# shellcheck disable=SC1091  # lies beside it in the machine
. ./radio.sh
attach
./rung2 recorder
