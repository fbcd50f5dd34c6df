case ${2-} in
message)
	if assisted && look 2>/dev/null; then
		{
			read_message "$1" plain && [ -n "$words" ] && [ -z "$comments" ] && append "$1"
			printf '%s' "$used" >"$folder/used"
		} 2>/dev/null
	fi
	;;
esac
exit 0
