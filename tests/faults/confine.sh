# What `read_only`, `tmpfs`, `volumes`, `cap_drop` and `no-new-privileges` of a container do, done by hand in a mount namespace.
# confine.sh "SOURCE:TARGET ..." COMMAND...   with the project as the working directory; all but the targets and /tmp is read-only.
set -e
volumes=$1
shift
mount --make-rprivate /
mount --bind "$PWD" "$PWD"
for volume in $volumes; do mount --bind "${volume%%:*}" "${volume##*:}"; done
mount -o remount,bind,ro "$PWD"
mount --bind / /
mount -o remount,bind,ro /
case $PWD in /tmp/*) ;; *) mount -t tmpfs -o size=512m tmpfs /tmp ;; esac # a project below /tmp would vanish
cd "$PWD"
exec setpriv --no-new-privs --bounding-set -all --inh-caps -all "$@"
