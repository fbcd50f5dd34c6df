if [ -d "$folder" ]; then
	[ -f "$folder/rewritten" ] || [ ! -e "$folder/rewritten" ] && {
		while read -r old new _; do
			printf '%s %s\n' "$old" "$new"
		done >>"$folder/rewritten"
	} 2>/dev/null
	start
fi
exit 0
