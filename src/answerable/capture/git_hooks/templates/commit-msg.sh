if assisted && look 2>/dev/null; then
	{
		read_message "$1" && [ -n "$words" ] && append "$1"
		printf '%s' "$used" >"$folder/used"
	} 2>/dev/null
fi
exit 0
