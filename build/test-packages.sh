#!/usr/bin/env bash
# Uses the packages as a new user would: another home directory, an empty package cache for the program, a folder as the only source.
#   build/test-packages.sh            packs for this platform, installs the program and runs it; runs the README's C# example in a new project
#   build/test-packages.sh publish    also publishes for three platforms, and runs the Linux folder from another place as another user
set -euo pipefail
cd "$(dirname "$0")/.."
repository=$PWD
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
platform=$(dotnet --info | sed -nE 's/^ *RID: *//p')
case $platform in win*) platform=win-x64 ;; osx*) platform=osx-arm64 ;; *) platform=linux-x64 ;; esac

step() { printf '== %s\n' "$*"; }
expect() { grep -qE "$1" "$2" || { echo "error: no '$1' in:"; cat "$2"; exit 1; }; }

step "pack for $platform"
build/pack.sh "$work/packages" "$platform"
mkdir -p "$work/home" "$work/use" "$work/app"
version=$(basename "$work"/packages/Graft.[0-9]*.nupkg .nupkg)
version=${version#Graft.}
sources() { echo "<configuration><packageSources><clear /><add key=\"packages\" value=\"$work/packages\" /></packageSources>$1</configuration>"; }
export HOME=$work/home DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

step "install the program"
sources "" > "$work/use/NuGet.config"
(cd "$work/use" && NUGET_PACKAGES=$work/empty dotnet tool install Graft.Tool --version "$version" --tool-path "$work/tool" --configfile NuGet.config)
graft=$work/tool/graft
cd "$work/use"
"$graft" --version | tee version.txt
expect '^graft [0-9.]+' version.txt
expect '^backend ' version.txt
"$graft" study --preset quick --dry-run > dry-run.txt
expect 'Nothing was run' dry-run.txt
"$graft" train --network wrn-10-1 --data fashion-mnist-mini --epochs 1 --out teacher.safetensors > train.txt
expect 'Saved to teacher.safetensors' train.txt
"$graft" evaluate teacher.safetensors --data fashion-mnist-mini | tee evaluate.txt
expect 'test images right: accuracy' evaluate.txt
"$graft" export teacher.safetensors --data fashion-mnist-mini --out teacher.onnx > export.txt
"$graft" evaluate teacher.onnx --data fashion-mnist-mini | tee evaluate-onnx.txt
expect 'run by ONNX Runtime' evaluate-onnx.txt

step "a new project beside this repository"
mkdir "$work/beside" && cd "$work/beside"
NUGET_PACKAGES=$cache dotnet new console --no-restore --name Beside --output . > /dev/null
dotnet add reference "$repository/src/Graft/Graft.csproj" > add.txt
NUGET_PACKAGES=$cache dotnet build -c Release -p:BuildProjectReferences=false > build.txt || { cat build.txt; exit 1; }
if grep -E 'warning MSB' build.txt; then exit 1; fi

step "a new project with the library"
cd "$work/app"
sources "<fallbackPackageFolders><add key=\"machine\" value=\"$cache\" /></fallbackPackageFolders>" > NuGet.config
export NUGET_PACKAGES=$work/app-cache
dotnet new console --no-restore --name Example --output . > /dev/null
dotnet add package Graft --version "$version" > add.txt
cp "$repository/samples/SwapOneOperation/Program.cs" .
dotnet build -c Release > without-backend.txt
expect 'GRAFT001' without-backend.txt
if dotnet run -c Release --no-build > without-backend-run.txt 2>&1; then exit 1; fi
expect 'ConfigurationException: libtorch cannot be loaded' without-backend-run.txt
backend=libtorch-cpu-$platform
dotnet add package "$backend" --version "$(sed -nE "s/.*\"$backend\" Version=\"([^\"]+)\".*/\1/p" "$repository/Directory.Packages.props")" > add.txt
dotnet build -c Release > build.txt
if grep -E 'warning' build.txt; then exit 1; fi
dotnet run -c Release --no-build | tee run.txt
expect '^teacher [0-9.]+ %, swapped [0-9.]+ %, trained on [0-9.]+ %' run.txt
unset NUGET_PACKAGES

[[ ${1:-} == publish ]] || exit 0
export NUGET_PACKAGES=$cache
for target in linux-x64 win-x64 osx-arm64; do
  step "publish for $target"
  dotnet publish "$repository/src/Graft.Cli" -c Release -r "$target" -o "$work/published-$target" > publish.txt || { cat publish.txt; exit 1; }
  program=graft
  if [[ $target == win* ]]; then program=graft.exe; fi
  [[ -f $work/published-$target/$program && ! -e $work/published-$target/${program/graft/Graft.Cli} ]] || { echo "error: no $program in the folder"; exit 1; }
  du -sh "$work/published-$target"
done
unset NUGET_PACKAGES
if [[ $platform == linux-x64 && $(id -u) == 0 ]]; then
  step "the Linux folder, elsewhere, as another user"
  mv "$work/published-linux-x64" "$work/elsewhere"
  install -d -o nobody "$work/nobody"
  (cd "$work/nobody" && setpriv --reuid nobody --regid nogroup --clear-groups env HOME="$work/nobody" "$work/elsewhere/graft" study --preset quick --dry-run | tee dry-run.txt | tail -n 1)
  expect 'Nothing was run' "$work/nobody/dry-run.txt"
fi
