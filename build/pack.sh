#!/usr/bin/env bash
# Makes the packages: Graft (library) and Graft.Tool (program), for all platforms or for those named.
#   build/pack.sh [DIRECTORY] [PLATFORMS]      e.g. build/pack.sh artifacts/package "linux-x64;win-x64"
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-artifacts/package/release}")
platforms=${2:-linux-x64;win-x64;osx-arm64}
dotnet pack src/Graft -c Release -o "$out"
ToolPackageRuntimeIdentifiers=$platforms dotnet pack src/Graft.Cli -c Release -o "$out" # a property on the command line would be one platform

# nuget.org takes packages of up to 250 MB.
find "$out" -name '*.nupkg' -size +250M -printf 'error: %f has more than 250 MB\n' | grep . && exit 1
find "$out" -name '*.nupkg' -printf '%s\t%f\n' | awk '{ printf "%6.1f MB  %s\n", $1 / 1e6, $2 }'
