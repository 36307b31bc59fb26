#!/usr/bin/env bash
# Restore, check the format, build and test: what a change must pass.
set -euo pipefail
cd "$(dirname "$0")"
dotnet restore
dotnet format Graft.slnx --no-restore --verify-no-changes
dotnet test -c Release
