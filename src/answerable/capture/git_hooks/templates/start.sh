start() {
	pid=
	if [ -e "$folder/drain.pid" ]; then
		[ -f "$folder/drain.pid" ] || return
		{ read -r pid <"$folder/drain.pid"; } 2>/dev/null
	fi
	case $pid in
	'' | 0 | *[!0-9]*) ;;
	*) kill -0 "$pid" 2>/dev/null && return 1 ;;
	esac
	(
		trap '' HUP INT QUIT
		"${1:-:}"
		sleep 0.1
		"$python" -I -m answerable.capture.background && exit
		[ -e "$folder/no-program" ] && exit
		now=$(date +%s)
		printf '{"at":%s000000000,"what":"the program is not where it was: answerable init"}\n' "${now:-0}" >>"$folder/journal"
		: >"$folder/no-program"
	) </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
	{ printf '%s\n' "$!" >"$folder/drain.pid"; } 2>/dev/null
}
