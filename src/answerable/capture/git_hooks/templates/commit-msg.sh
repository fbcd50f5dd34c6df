if assisted && look; then
	read_message "$1"
	[ -z "$words" ] || append "$1"
	printf '%s' "$used" >"$folder/used"
fi 2>/dev/null
exit 0
