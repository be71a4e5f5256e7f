#!/bin/sh
# Runs a PySpark script that takes arguments (argparse, or Glue's getResolvedOptions) with values from the environment.
#
#   JOB_SCRIPT     the script: a path in the container, or what spark-submit takes besides
#   JOB_PY_FILES   what the script imports: codebase.zip; several with commas between them. May be missing
#   JOB_ARGUMENTS  names of its arguments, separated by spaces; a ? behind a name: may be missing
#
# Each argument takes the variable of its name in capitals: raw_bucket becomes --raw_bucket="$RAW_BUCKET", TempDir
# --TempDir="$TEMPDIR".
# What stands behind the image's name goes to spark-submit: docker run ... image --master 'local[2]'
set -eu
# Names are split at spaces; a * among them is a fault, no list of files.
set -f

fail() {
  printf 'entrypoint: %s\n' "$1" >&2
  exit 64
}

[ -n "${JOB_SCRIPT:-}" ] || fail 'expected the path of a script in JOB_SCRIPT, got nothing'

[ -z "${JOB_PY_FILES:-}" ] || set -- "$@" --py-files "$JOB_PY_FILES"
set -- "$@" "$JOB_SCRIPT"
missing=
for argument in ${JOB_ARGUMENTS:-}; do
  name=${argument%\?}
  case $name in
  '' | [!A-Za-z]* | *[!A-Za-z0-9_]*) fail "expected names of letters, digits and _ in JOB_ARGUMENTS, got $argument" ;;
  esac
  variable=$(printf %s "$name" | tr '[:lower:]' '[:upper:]')
  # The name holds nothing that a shell could take for more than a name; the value is never looked at.
  eval "value=\${$variable-}"
  if [ -n "$value" ]; then
    # One word, so that a value may begin with a hyphen.
    set -- "$@" "--$name=$value"
  elif [ "$name" = "$argument" ]; then
    missing="$missing $variable"
  fi
done
[ -z "$missing" ] || fail "expected a value in each of$missing, got nothing"

PATH="$PATH:${SPARK_HOME:-/opt/spark}/bin"
exec spark-submit "$@"
