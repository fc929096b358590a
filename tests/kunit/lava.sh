#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Has LAVA's dispatcher run job.yaml, which lies beside this file, with no server: only
# the template for the device comes from the server's package.

set -eu
job=$(dirname -- "$0")/job.yaml
cd /tmp
apt-get -q download lava-server
dpkg-deb -x lava-server_*.deb server
python3 - server/usr/share/lava-server/device-types "$job" <<'EOP' >device.yaml
import sys, jinja2, yaml
job = yaml.safe_load(open(sys.argv[2]))
loader = jinja2.FileSystemLoader(sys.argv[1])
types = jinja2.Environment(loader=loader, trim_blocks=True)
device = types.get_template(job["device_type"] + ".jinja2")
print(device.render(**job["context"]))
EOP
mkdir out
lava-run --job-id 1 --output-dir out --device device.yaml "$job"
