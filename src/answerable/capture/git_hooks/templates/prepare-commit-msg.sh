if [ "${2-}" = message ] && assisted && look; then
	read_message "$1" plain
	[ -z "$words" ] || [ -n "$comments" ] || append "$1"
	printf '%s' "$used" >"$folder/used"
fi 2>/dev/null
exit 0
